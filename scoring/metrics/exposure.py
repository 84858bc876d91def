"""Where the middle of the tones of a picture lies: under- and over-exposure at the two ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels

METRIC = Metric(
    name="exposure",
    version="1",
    title="Exposure",
    principle="readability",
    subject="image",
    range=(0.0, 1.0),
    unit="share of white",
    bad_when="both",
    suggested=(0.15, 0.9),
    needs=("pixels",),
)


def load(_params: Params) -> Callable[[Pixels], float]:
    """The measurement."""
    from scoring.image.quality import exposure

    return exposure


def score(batch: Batch, model: Callable[[Pixels], float]) -> list[Result]:
    """Computes the midpoint of shadows (5th percentile of luma) and highlights (99.5th), 0 black to 1 white.

    Args:
        batch: Images with the feature `pixels`.
        model: As `load` gives it.

    Returns:
        One result per image.
    """
    return [Result(value=model(pixels)) for pixels in batch.features["pixels"]]
