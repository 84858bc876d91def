"""How unevenly the samples are spread over the tasks: the variance of the task shares.

Percent points squared, from 0 (uniform); depends on the number of tasks. Li et al., TMLR 2024, section 3.3.3 and
Table 3: "Bal", 10.5 to 16.8, lower is better.
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
    version="2",
    principle="balance",
    unit="percent points squared",
    better="low",
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the variance of the numbers of samples per task.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The variance; None without tasks, and for one task, whose share has nothing to vary from.
    """
    counts = np.array([count for count in subset.tasks.values() if count])
    if not len(counts):
        return indicator.missing(INDICATOR.needs_metrics)
    if len(counts) == 1:
        return IndicatorValue(None, "not computed: all samples are of one task, the worst balance there is")
    return IndicatorValue(shares.variance(counts), f"over {len(counts)} tasks", int(counts.sum()))
