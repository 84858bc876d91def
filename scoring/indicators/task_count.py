"""How many tasks occur: the number of different task labels in a draw of equal size.

From 0; expected over all such draws (rarefaction), so that a set and a random part of it have the same. Every turn of a
conversation counts with its own task. Li et al., TMLR 2024, section 3.3.3 and Table 3: "T", 9 to 10.
"""

from __future__ import annotations

import numpy as np

from scoring import indicator, shares
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="task_count",
    abbreviation="T",
    title="Tasks",
    version="3",
    principle="task diversity",
    unit="tasks",
    better="high",
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Counts the tasks that have a turn.

    Args:
        subset: The set.
        _params: Not used.

    Returns:
        The number; None without tasks.
    """
    counts = np.array(list(subset.tasks.values()), dtype=np.int64)
    if not counts.sum():
        return indicator.missing(INDICATOR.needs_metrics)
    drawn = min(int(counts.sum()), subset.drawn or int(counts.sum()))
    return IndicatorValue(shares.expected_kinds(counts, drawn), n=drawn)
