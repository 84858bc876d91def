"""How many kinds of responses there are: the natural logarithm of the number of DBSCAN clusters of their vectors.

From 0 (one cluster); responses in no cluster do not count, equal ones count once, and without any cluster there is no
value. A cluster grows when one response is repeated with small changes, so a set that collapses may have more of them:
read it beside R-N, the distance to the nearest response. Vectors of a sentence encoder, of meaning or the built-in
ones of words, which do not compare with each other; radius and draw are shared by the compared sets, see
`scoring.clusters`. Li et al., TMLR 2024, section 3.3.3 and Table 3: "R", 2.2 to 2.5 with SimCSE.
"""

from __future__ import annotations

import math
from dataclasses import replace

from scoring import clusters
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="response_diversity",
    abbreviation="R",
    title="Response diversity",
    version="2",
    principle="response diversity",
    unit="ln clusters",
    better="high",
    needs_vectors=("response_vector", "response_meaning", "response_words"),
    heavy=True,
    params={"neighbours": clusters.NEIGHBOURS},
)


def compute(subset: Subset, params: Params) -> IndicatorValue:
    """Computes the logarithm of the number of clusters.

    Args:
        subset: The samples.
        params: Has `neighbours`, see `scoring.clusters`.

    Returns:
        The logarithm; None without vectors or without any cluster.
    """
    counted = clusters.of_subset(INDICATOR, subset, params)
    if counted.value is None:
        return counted
    if not counted.value:
        return replace(
            counted, value=None, detail=f"not computed: no three different responses are near in {counted.source}"
        )
    return replace(counted, value=math.log(counted.value))
