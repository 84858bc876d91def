"""Who may import whom: pages -> curation -> {scoring, storage}; one room for SQL, one for Streamlit."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "pages": {"pages", "curation"},
    "winnow": {"winnow", "curation", "scoring"},
    "curation": {"curation", "scoring", "storage"},
    "scoring": {"scoring"},
    "storage": {"storage"},
    "benchmarks": {"app", "pages", "benchmarks", "curation", "scoring", "storage"},
}
FLOORS = (
    "common workspace formats images runs containers evaluation_sets maps recipes decisions archives flags "
    "annotations filtering review balancing importing previewing maintenance generation reporting publishing exporting "
    "handing_over degrading checks app views commands"
).split()
"""The packages of `curation`: each may import those before it."""
ONE_PER_FILE = {
    "annotations.sources", "commands", "containers", "formats", "generation.modes", "generation.tasks",
    "recipes.strategies",
}  # fmt: skip
"""Packages that hold one format, source, command ... per file: they may have any number."""
MOST_FILES = 15
ONLY_IN = {"duckdb": ("storage",), "streamlit": ("pages", "benchmarks")}
HEAVY = {"torch", "cv2", "sklearn", "scipy", "umap", "hdbscan", "transformers", "openai", "pyiqa", "ultralytics"}
LONGEST_FILE = 400


def _files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_room__imports_only_what_it_may(room: str) -> None:
    assert _files(room)
    for file in _files(room):
        ours = _imports(ast.parse(file.read_text())) & (ROOMS.keys() | {"app"})
        assert ours <= ROOMS[room], file


@pytest.mark.parametrize(("package", "homes"), ONLY_IN.items())
def test_package__is_imported_in_its_room_only(package: str, homes: tuple[str, ...]) -> None:
    for room in ROOMS.keys() - set(homes):
        for file in _files(room):
            assert package not in _imports(ast.parse(file.read_text())), file


def test_module_level__nothing_heavy_is_imported_outside_of_functions() -> None:
    for room in ("pages", "curation", "scoring/metrics", "scoring/features", "scoring/stages", "storage"):
        for file in _files(room):
            at_top = ast.Module([n for n in ast.parse(file.read_text()).body if not _is_code(n)], [])
            assert not _imports(at_top) & HEAVY, file


def test_pictures__are_opened_within_our_limit_of_pixels() -> None:
    opening = re.compile(r"Image\.open\(|MAX_IMAGE_PIXELS")
    files = [file for room in ROOMS.keys() - {"benchmarks"} for file in _files(room)]
    assert [file for file in files if opening.search(file.read_text())] == []


def test_packages_of_curation__import_lower_floors_only() -> None:
    assert {path.name for path in (ROOT / "curation").iterdir() if (path / "__init__.py").exists()} == set(FLOORS)
    for file in _files("curation"):
        package = file.relative_to(ROOT / "curation").parts[0]
        lower = FLOORS[: FLOORS.index(package)] if package in FLOORS else FLOORS
        assert _packages(file) <= {package, *lower}, file


def _packages(file: Path) -> set[str]:
    """The packages of `curation` that a file imports anything of."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("curation.")}
    return found


def test_modules_of_curation__have_no_loops() -> None:
    left = {file: _modules(file) for file in _files("curation")}
    while free := [file for file, needed in left.items() if not needed & left.keys()]:
        for file in free:
            del left[file]
    assert sorted(left) == []


def _modules(file: Path) -> set[Path]:
    """The files of `curation` that a file imports when it is imported, itself left out."""
    found = set()
    tree = ast.parse(file.read_text())
    for node in (node for statement in tree.body if not _is_code(statement) for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {(ROOT / name.replace(".", "/")).with_suffix(".py") for name in names}
    return found - {file}


def test_packages_of_curation__are_small() -> None:
    for folder in (ROOT / "curation").rglob("*/"):
        name = ".".join(folder.relative_to(ROOT / "curation").parts)
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(files) <= MOST_FILES or name in ONE_PER_FILE, name


def _is_code(node: ast.stmt) -> bool:
    checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    return checking or isinstance(node, ast.FunctionDef | ast.ClassDef)


def test_files__are_short() -> None:
    long = [file for room in ROOMS for file in _files(room) if len(file.read_text().splitlines()) > LONGEST_FILE]
    assert long == []
