"""How much of a picture is text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.image.reading import ReadLine
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

METRIC = Metric(
    name="text_density",
    version="1",
    title="Text in the picture",
    principle="visual complexity",
    subject="image",
    range=(0.0, 100.0),
    unit="% of the picture",
    bad_when="never",
    needs=("read_texts",),
    builtin=False,
)

_CELLS = 256
"""Cells along each side, of which those that a line covers are counted."""


def load(_params: Params) -> None:
    """Nothing to load; the reader is the feature's."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Computes the percentage of each picture that lines of text cover, overlaps once.

    0 to 100: 0 for most photos, above 10 for posters, pages and screens ("text-rich" in the survey's taxonomy). About a
    second a picture on one core. Not from the paper.

    Args:
        batch: Pictures with the feature `read_texts`.
        _model: Not used.

    Returns:
        One result per picture.
    """
    return [Result(100.0 * _covered(lines)) for lines in batch.features["read_texts"]]


def _covered(lines: Sequence[ReadLine]) -> float:
    grid = np.zeros((_CELLS, _CELLS), dtype=bool)
    for line in lines:
        left, top, right, bottom = (round(side * _CELLS) for side in line["box"])
        grid[top : max(bottom, top + 1), left : max(right, left + 1)] = True
    return float(grid.mean())
