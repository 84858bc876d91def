"""How evenly the samples are spread over the tasks: the entropy of the task shares over the largest possible.

0 (a single task) to 1 (uniform), whatever the number of tasks. Not in the paper: its companion to "Bal".
"""

from __future__ import annotations

import numpy as np

from scoring import indicator, shares
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="balance_entropy",
    abbreviation="H",
    title="Normalised task entropy",
    version="2",
    principle="balance",
    unit="0-1",
    better="high",
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the normalised entropy of the numbers of samples per task.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The entropy; None without tasks.
    """
    counts = np.array([count for count in subset.tasks.values() if count])
    if not len(counts):
        return indicator.missing(INDICATOR.needs_metrics)
    if len(counts) == 1:
        return IndicatorValue(0.0, "all samples are of one task", int(counts.sum()))
    return IndicatorValue(shares.entropy(counts), f"over {len(counts)} tasks", int(counts.sum()))
