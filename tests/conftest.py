"""Fixtures that tests share: an open workspace, small photos, LLaVA files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import slow
from PIL import Image

import storage.migrations
import storage.store
from curation.workspace import Workspace, open_workspace
from scoring import plugins

pytest_plugins = ["tiny_models"]


@pytest.fixture(scope="session", autouse=True)
def ready_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New workspaces begin as copies of one that went through every migration, which takes a tenth of a second each."""
    folder = tmp_path_factory.mktemp("ready")
    open_workspace(folder).close()
    connect, every_migration = storage.store.connect, storage.migrations.available

    def connect_to_copy(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        if not path.exists() and storage.migrations.available is every_migration:
            try:
                shutil.copyfile(folder / storage.store.DATABASE, path)
            except OSError:  # a full disk: what becomes of a new workspace is for the program to say
                path.unlink(missing_ok=True)
        return connect(path, read_only=read_only)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.store, "connect", connect_to_copy)
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace, closed at the end."""
    opened = open_workspace(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Makes a picture of random blocks, different for every seed."""

    def make(name: str, seed: int = 0, size: tuple[int, int] = (320, 240)) -> Path:
        draw = np.random.default_rng(seed)
        blocks = draw.integers(0, 255, (size[1] // 16, size[0] // 16, 3), dtype=np.uint8)
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.kron(blocks, np.ones((16, 16, 1), dtype=np.uint8))).save(path)
        return path

    return make


@pytest.fixture
def llava(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a LLaVA list."""

    def write(rows: Sequence[Any], name: str = "set.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MB of its own; skips where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def fill(small_disk: Path) -> Callable[[], Path]:
    """Fills the small disk to its last byte and returns the file that does it."""

    def fill_up() -> Path:
        path = small_disk / "filling"
        facts = os.statvfs(small_disk)
        with path.open("wb") as file:
            file.write(b"\0" * (facts.f_bavail * facts.f_frsize))
        return path

    return fill_up


@pytest.fixture
def remount(small_disk: Path) -> Callable[[str], None]:
    """Makes the small disk read-only ("ro") or writable again ("rw")."""

    def make(mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", small_disk], check=True)

    return make


@pytest.fixture
def plugin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for plug-ins; nothing that was loaded from it is left afterwards."""
    monkeypatch.setenv(plugins.FOLDERS, "")
    folder = tmp_path / "plugins"
    folder.mkdir()
    plugins.forget()
    yield folder
    for name in [name for name in sys.modules if name.startswith("winnow_plugins")]:
        del sys.modules[name]
    plugins.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that were measured to be slow."""
    names = set(slow.LIST.read_text(encoding="utf-8").split())
    for item in items:
        if item.nodeid.partition("[")[0] in names:
            item.add_marker(pytest.mark.slow)
