"""How unlike the pictures are: mean distance from a picture to the nearest other one.

Cosine distance, from 0 (every one has a copy) to 2, on draws of equal size, by vectors that do not compare with each
other. Copies lower it in proportion to their number, which counts of clusters do not. Not in Li et al., TMLR 2024: the
companion to "SD", see `scoring.spread`.
"""

from __future__ import annotations

from scoring import spread
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="visual_distance",
    abbreviation="SD-N",
    title="Distance to the nearest picture",
    version="1",
    principle="visual diversity",
    unit="1 - cosine",
    better="high",
    range=(0.0, 2.0),
    needs_vectors=("clip_image", "image_content", "image_descriptor"),
    heavy=True,
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes it over the draw.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The number; None where the draw is too small or has no vectors.
    """
    return spread.of_subset(INDICATOR, subset, spread.nearest_distance)
