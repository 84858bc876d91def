"""How unevenly the turns are spread over the tasks: the variance of the task shares.

Percent points squared, from 0 (uniform), over the tasks that any of the compared sets has: a task that is gone is the
worst share of it. Every turn of a conversation counts. Mean over draws of equal size. Li et al., TMLR 2024, section
3.3.3 and Table 3: "Bal", 10.5 to 16.8, lower is better.
"""

from __future__ import annotations

import numpy as np

from scoring import indicator, shares
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="balance",
    abbreviation="Bal",
    title="Variance of task shares",
    version="4",
    principle="balance",
    unit="percent points squared",
    better="low",
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the variance of the shares of turns per task.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The variance; None without tasks, and for one task, whose share has nothing to vary from.
    """
    counts = np.array(list(subset.tasks.values()), dtype=np.int64)
    if not counts.sum():
        return indicator.missing(INDICATOR.needs_metrics)
    if len(counts) == 1:
        return IndicatorValue(None, "not computed: all turns are of one task, the worst balance there is")
    draws = shares.drawn(counts, subset.drawn)
    return IndicatorValue(float(shares.variance_over(draws).mean()), f"over {len(counts)} tasks", int(draws[0].sum()))
