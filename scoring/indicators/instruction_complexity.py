"""How demanding the instructions are: mean judged score, or else the mean number of semantic elements.

1 to 10 from a judge, as in Li et al., TMLR 2024, section 3.3.3 and Table 3: "I" under complexity, 4.4 to 7.1; from 0
when elements are counted. The two do not compare.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="instruction_complexity",
    abbreviation="IC",
    title="Instruction complexity",
    version="1",
    principle="instruction complexity",
    unit="score 1-10 when judged, else elements",
    better="high",
    needs_metrics=("complexity_judged", "semantic_elements", "instruction_complexity"),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None where none of the metrics was run.
    """
    return indicator.mean(INDICATOR, subset)
