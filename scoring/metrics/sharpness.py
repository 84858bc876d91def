"""How steep the sharpest edges of a picture are: what is in focus counts, soft backgrounds do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels

METRIC = Metric(
    name="sharpness",
    version="1",
    title="Sharpness",
    principle="readability",
    subject="image",
    range=(0.0, 1.0),
    unit="edge steepness",
    bad_when="low",
    suggested=(0.2, None),
    needs=("pixels",),
)


def load(_params: Params) -> Callable[[Pixels], float]:
    """The measurement."""
    from scoring.image.quality import sharpness

    return sharpness


def score(batch: Batch, model: Callable[[Pixels], float]) -> list[Result]:
    """Measures how steep the sharpest edges of each picture are.

    About 0.3 to 0.6 for photos in focus at 512 pixels, below 0.2 when blurred, 0 without any edge.

    Args:
        batch: Images with the feature `pixels`.
        model: As `load` gives it.

    Returns:
        One result per image.
    """
    return [Result(value=model(pixels)) for pixels in batch.features["pixels"]]
