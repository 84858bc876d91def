"""How well texts and pictures agree: mean matching degree.

100 x cosine of CLIP vectors, -100 to 100, about 20 to 35 in practice: of whole responses as in the paper, where
`matching_degree_whole` was run, else the mean over sentences. Li et al., TMLR 2024, section 3.3.3 and Table 3: "MD",
30.7 to 34.1. The built-in overlap of words with annotations has another meaning and is not used.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="matching_degree",
    abbreviation="MD",
    title="Matching degree",
    version="2",
    principle="correctness",
    unit="100 x cosine",
    better="high",
    range=(-100.0, 100.0),
    needs_metrics=("matching_degree_whole", "matching_degree"),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None where the metric was not run.
    """
    return indicator.mean(INDICATOR, subset)
