"""How many responses are right: mean share of votes for "right", times 100.

0 to 100. Li et al., TMLR 2024, section 3.3.3 and Table 3: "C", 91 to 95.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="correctness",
    abbreviation="C",
    title="Correctness",
    version="1",
    principle="correctness",
    unit="% of votes",
    better="high",
    needs_metrics=("correctness",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means, in percent.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None where the metric was not run.
    """
    return indicator.mean(INDICATOR, subset, scale=100.0)
