"""How many objects and regions an instruction works on: the mean.

From 0. Li et al., TMLR 2024, section 3.3.3 and Table 3: "O/G", 1.3 to 2.0.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="granularity",
    abbreviation="O/G",
    title="Object and granularity complexity",
    version="1",
    principle="granularity",
    unit="objects",
    better="high",
    needs_metrics=("granularity",),
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
