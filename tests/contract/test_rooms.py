"""Who may import whom: pages -> curation -> {scoring, storage}; one room for SQL, one for Streamlit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    "pages": {"pages", "curation"},
    "curation": {"curation", "scoring", "storage"},
    "scoring": {"scoring"},
    "storage": {"storage"},
    "benchmarks": {"app", "pages", "benchmarks", "curation", "scoring", "storage"},
}
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


def _is_code(node: ast.stmt) -> bool:
    checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    return checking or isinstance(node, ast.FunctionDef | ast.ClassDef)


def test_files__are_short() -> None:
    long = [file for room in ROOMS for file in _files(room) if len(file.read_text().splitlines()) > LONGEST_FILE]
    assert long == []
