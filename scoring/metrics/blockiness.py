"""Visible JPEG blocks: steps at block borders against steps inside blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels

METRIC = Metric(
    name="blockiness",
    version="2",
    title="JPEG blockiness",
    principle="readability",
    subject="image",
    range=(0.0, None),
    unit="ratio",
    bad_when="high",
    suggested=(None, 2.0),
    needs=("pixels",),
)


def load(_params: Params) -> Callable[[Pixels], float | None]:
    """The measurement."""
    from scoring.image.quality import blockiness

    return blockiness


def score(batch: Batch, model: Callable[[Pixels], float | None]) -> list[Result]:
    """Measures JPEG blocks: about 1 without, above 2 where they spoil a photo.

    Args:
        batch: Images with the feature `pixels`.
        model: As `load` gives it.

    Returns:
        One result per image; None where the grid cannot be seen.
    """
    return [Result(value=model(pixels)) for pixels in batch.features["pixels"]]
