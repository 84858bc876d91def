"""Fixtures that tests share: an open workspace, small photos, LLaVA files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from curation.workspace import Workspace, open_workspace

pytest_plugins = ["tiny_models"]


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
