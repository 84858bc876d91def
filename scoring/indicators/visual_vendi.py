"""How many kinds of pictures there are, in effect: their Vendi score.

From 1 (all are alike); the exponential of the entropy of what the vectors' similarities amount to, on draws of equal
size (Friedman and Dieng, 2023, https://arxiv.org/abs/2210.02410), by vectors that do not compare with each other. Not
in Li et al., TMLR 2024: the companion to "SD", see `scoring.spread`.
"""

from __future__ import annotations

from scoring import spread
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="visual_vendi",
    abbreviation="SD-V",
    title="Vendi score of the pictures",
    version="1",
    principle="visual diversity",
    unit="kinds",
    better="high",
    range=(1.0, None),
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
    return spread.of_subset(INDICATOR, subset, spread.vendi)
