"""How many tasks occur: the number of different task labels.

From 0; a sample's task is that of its first labelled turn, as for quotas. Li et al., TMLR 2024, section 3.3.3 and
Table 3: "T", 9 to 10.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="task_count",
    abbreviation="T",
    title="Tasks",
    version="1",
    principle="task diversity",
    unit="tasks",
    better="high",
    needs_metrics=("task",),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Counts the tasks that have a sample.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The number; None without tasks.
    """
    counts = [count for count in subset.tasks.values() if count]
    if not counts:
        return indicator.missing(INDICATOR.needs_metrics)
    return IndicatorValue(float(len(counts)), n=sum(counts))
