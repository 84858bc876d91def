"""Pictures made of noise and shapes, and a short way to score picture files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from scoring import registry
from scoring.item import Image
from scoring.metric import Batch, Result

Score = Callable[..., list[Result]]


@pytest.fixture
def score_images() -> Score:
    """Score files with the metric of that name, the pixels feature being computed on the way."""

    def score(name: str, *paths: Path) -> list[Result]:
        items = []
        for number, path in enumerate(paths):
            with PIL.Image.open(path) as picture:
                items.append(Image(number, str(path), *picture.size))
        feature, metric = registry.feature_modules()["pixels"], registry.metric_modules()[name]
        pixels = feature.compute(items, feature.load({}))
        model = metric.load(metric.METRIC.params)
        results: list[Result] = metric.score(Batch(items=items, features={"pixels": pixels}), model)
        return results

    return score


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write an array, or a picture, under a fresh name."""

    def write(picture: PIL.Image.Image, name: str = "picture.png", **options: object) -> Path:
        path = tmp_path / name
        picture.save(path, **options)
        return path

    return write


@pytest.fixture
def scene() -> PIL.Image.Image:
    """Forty sharp-edged rectangles of random colours on grey, 400 x 300."""
    rng = np.random.default_rng(7)
    picture = np.full((300, 400, 3), 128, np.uint8)
    for _ in range(40):
        left, top = int(rng.integers(0, 360)), int(rng.integers(0, 260))
        width, height = rng.integers(15, 60, 2)
        picture[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return PIL.Image.fromarray(picture)
