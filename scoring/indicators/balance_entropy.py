"""How evenly the turns are spread over the tasks: the entropy of the task shares over the largest possible.

0 (a single task) to 1 (uniform), over the tasks that any of the compared sets has; every turn of a conversation
counts. Mean over draws of equal size. Not in the paper: its companion to "Bal".
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
    version="4",
    principle="balance",
    unit="0-1",
    better="high",
    range=(0.0, 1.0),
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the normalised entropy of the numbers of turns per task.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The entropy; None without tasks.
    """
    counts = np.array(list(subset.tasks.values()), dtype=np.int64)
    if not counts.sum():
        return indicator.missing(INDICATOR.needs_metrics)
    if len(counts) == 1:
        return IndicatorValue(0.0, "all turns are of one task", int(counts.sum()))
    draws = shares.drawn(counts, subset.drawn)
    return IndicatorValue(float(shares.entropy_over(draws).mean()), f"over {len(counts)} tasks", int(draws[0].sum()))
