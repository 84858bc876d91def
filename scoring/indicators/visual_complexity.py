"""How much there is to see in the pictures: mean visual complexity.

0 to 100: rated complexity as ICNet predicts it, or a percentile of COCO photos from the built-in measure; the two do
not compare. Li et al., TMLR 2024, section 3.3.3 and Table 4: "VSC", 48.9, and 42.2 for plain pictures.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="visual_complexity",
    abbreviation="VSC",
    title="Visual semantic complexity",
    version="1",
    principle="visual complexity",
    unit="0-100",
    better="high",
    needs_metrics=("icnet_complexity", "visual_complexity"),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None where neither metric was run.
    """
    return indicator.mean(INDICATOR, subset)
