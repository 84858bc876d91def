"""How unlike the responses are: mean distance from a response to the nearest other one.

Cosine distance, from 0 (every one has a copy) to 2, on draws of equal size, by vectors that do not compare with each
other. Copies lower it in proportion to their number, which counts of clusters do not. Not in Li et al., TMLR 2024: the
companion to "R", see `scoring.spread`.
"""

from __future__ import annotations

from scoring import spread
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="response_distance",
    abbreviation="R-N",
    title="Distance to the nearest response",
    version="1",
    principle="response diversity",
    unit="1 - cosine",
    better="high",
    range=(0.0, 2.0),
    needs_vectors=("response_vector", "response_meaning", "response_words"),
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
