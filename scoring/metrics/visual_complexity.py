"""How crowded a picture looks: regions, blobs, edges and colours, against ordinary photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result

if TYPE_CHECKING:
    from scoring.image.pixels import Pixels

METRIC = Metric(
    name="visual_complexity",
    version="1",
    title="Visual complexity",
    principle="visual complexity",
    subject="image",
    range=(0.0, 100.0),
    unit="percentile of COCO photos",
    bad_when="low",
    suggested=(5.0, None),
    needs=("pixels",),
)


def load(_params: Params) -> Callable[[Pixels], float]:
    """The measurement."""
    from scoring.image.complexity import complexity

    return complexity


def score(batch: Batch, model: Callable[[Pixels], float]) -> list[Result]:
    """Measures how complex each picture looks, from 0 (a blank wall) to 100 (a market stall).

    Stands in for the paper's ICNet score (section 3.3.3, principle 9), whose weights have no public
    licence; the two scales differ. Low is bad as in the paper, where simple pictures are dropped first.

    50 is the middle of ordinary COCO photos.

    Args:
        batch: Images with the feature `pixels`.
        model: As `load` gives it.

    Returns:
        One result per image.
    """
    return [Result(value=model(pixels)) for pixels in batch.features["pixels"]]
