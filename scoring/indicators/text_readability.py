"""How fluent the responses are: mean readability, from a language model when it has run.

0 to 1. From `perplexity`, a sample counts exp(mean log P), the geometric mean of its tokens' probabilities; else from
the built-in percentile against ordinary English. The two do not compare, nor with other language models. Li et al.,
TMLR 2024, equation 2 and Table 3: "TR", 0.83 to 0.84, rescaled in a way that is not published. Neither way is better:
broken text lies low, and boilerplate and repetition ("the the the") high, so a set is compared with one that is known.
"""

from __future__ import annotations

import numpy as np

from scoring import indicator
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="text_readability",
    abbreviation="TR",
    title="Text readability",
    version="1",
    principle="readability",
    unit="0-1",
    better="",
    range=(None, None),
    needs_metrics=("perplexity", "text_readability"),
)


def compute(subset: Subset, _params: Params) -> IndicatorValue:
    """Computes the mean over the samples' means.

    Args:
        subset: The samples.
        _params: Not used.

    Returns:
        The mean, of probabilities where `perplexity` was run; None where neither metric was.
    """
    if not subset.scored("perplexity"):
        return indicator.mean(INDICATOR, subset)
    values = subset.values("perplexity")
    if not len(values):
        return IndicatorValue(None, "not computed: no sample has a value of perplexity")
    detail = "from perplexity: geometric mean of token probabilities"
    return IndicatorValue(float(np.exp(values).mean()), detail, len(values), "perplexity")
