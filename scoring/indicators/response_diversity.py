"""How many kinds of responses there are: the natural logarithm of the number of DBSCAN clusters of their vectors.

From 0 (one cluster); responses in no cluster do not count, and without any cluster there is no value. Vectors of a
sentence encoder, or the built-in word vectors, which do not compare with each other; radius and draw are shared by
the compared sets, see `scoring.clusters`. Li et al., TMLR 2024, section 3.3.3 and Table 3: "R", 2.2 to 2.5 with SimCSE.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scoring import clusters, indicator
from scoring.indicator import Indicator, Outcome, Subset

INDICATOR = Indicator(
    name="response_diversity",
    abbreviation="R",
    title="Response diversity",
    version="1",
    principle="response diversity",
    unit="ln clusters",
    better="high",
    needs_vectors=("response_vector", "response_words"),
    heavy=True,
    params={"neighbours": clusters.NEIGHBOURS},
)


def compute(subset: Subset, params: Mapping[str, Any]) -> Outcome:
    """Logarithm of the number of clusters."""
    source = next((name for name in INDICATOR.needs_vectors if subset.embedded(name)), None)
    if source is None:
        return indicator.missing(INDICATOR.needs_vectors)
    near = subset.near(source, params["neighbours"])
    if near is None:
        return Outcome(None, f"not computed: too few different {source} for a radius")
    vectors = subset.vectors(source)
    found, alone = clusters.count(vectors, near, params["neighbours"])
    if not found:
        return Outcome(None, f"not computed: no two responses are near in {source}", len(vectors), source)
    detail = f"from {source}; radius {near:.3f}, {alone:,} in no cluster"
    return Outcome(math.log(found), detail, len(vectors), source)
