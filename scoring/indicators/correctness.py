"""How many responses are right: share of the turns that most votes call right, times 100.

0 to 100; the mean share of votes would count doubts of the votes as errors of the responses. Li et al., TMLR 2024,
section 3.3.3 and Table 3: "C", 91 to 95.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params
from scoring.metrics.correctness import MAJORITY

INDICATOR = Indicator(
    name="correctness",
    abbreviation="C",
    title="Correctness",
    version="2",
    principle="correctness",
    unit="% of turns",
    better="high",
    range=(0.0, 100.0),
    needs_metrics=("correctness",),
    heavy=True,
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Counts the turns that more than half of the votes call right, in percent.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The share; None where the metric was not run.
    """
    (name,) = INDICATOR.needs_metrics
    if not subset.scored(name):
        return indicator.missing(INDICATOR.needs_metrics)
    votes = subset.turn_values(name)
    if not len(votes):
        return IndicatorValue(None, f"not computed: no turn has a value of {name}")
    return IndicatorValue(100.0 * float((votes > MAJORITY).mean()), f"from {name}", len(votes), name)
