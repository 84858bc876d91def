"""How good the pictures are to look at: mean no-reference image quality.

0-1 with MANIQA and with the built-in measure, which do not compare with each other. Li et al., TMLR 2024, section
3.3.3 and Table 4: "IR", 0.53, and 0.22 for distorted pictures.
"""

from __future__ import annotations

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="image_readability",
    abbreviation="IR",
    title="Image readability",
    version="1",
    principle="readability",
    unit="mean quality, as the metric defines it",
    better="high",
    needs_metrics=("image_quality", "image_readability"),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean; None where neither metric was run.
    """
    return indicator.mean(INDICATOR, subset)
