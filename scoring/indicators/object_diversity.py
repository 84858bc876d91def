"""How many kinds of objects a picture shows: the mean, from a detector or from annotations.

From 0. `object_count` counts the detected kinds among COCO's 80, per sample; without it, annotated kinds per picture
count, where there are annotations of objects. The two do not compare. Li et al., TMLR 2024, section 3.3.3 and
Table 4: "OD", 5.5, and 3.3 for a less diverse set.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="object_diversity",
    abbreviation="OD",
    title="Kinds of objects per image",
    version="1",
    principle="visual diversity",
    unit="kinds per image",
    better="high",
    needs_metrics=("object_count",),
    heavy=True,
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean number of kinds.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None without the metric and without annotations of objects.
    """
    if subset.scored("object_count"):
        return indicator.mean(INDICATOR, subset)
    kinds = subset.kinds_of_objects()
    if not len(kinds):
        return IndicatorValue(None, "not computed: run object_count or import annotations of objects")
    return IndicatorValue(float(kinds.mean()), "from annotated objects", len(kinds))
