"""How little the responses repeat each other's words: share of different word pairs (distinct-2).

0 to 1, expected among 1,000 word pairs of draws of equal size; see `scoring.text.distinct` (Li et al., 2016,
https://aclanthology.org/N16-1014). Not in Li et al., TMLR 2024: the companion to "R".
"""

from __future__ import annotations

from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params
from scoring.text import distinct

INDICATOR = Indicator(
    name="response_distinct",
    abbreviation="R-D",
    title="Different word pairs of the responses",
    version="1",
    principle="response diversity",
    unit="0-1",
    better="high",
    range=(0.0, 1.0),
    heavy=True,
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes it over the draw.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The number; None where the draw is too small.
    """
    return distinct.of_texts(subset.texts("response"))
