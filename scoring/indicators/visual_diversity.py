"""How many kinds of pictures there are: the number of DBSCAN clusters of their vectors.

From 0; pictures in no cluster do not count. CLIP vectors, or the built-in description of a picture's look, which do
not compare with each other; radius and draw are shared by the compared sets, see `scoring.clusters`. Li et al.,
TMLR 2024, section 3.3.3 and Table 4: "SD", 44, and 27 for a less diverse set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring import clusters, indicator
from scoring.indicator import Indicator, Outcome, Subset

INDICATOR = Indicator(
    name="visual_diversity",
    abbreviation="SD",
    title="Visual semantic diversity",
    version="1",
    principle="visual diversity",
    unit="clusters",
    better="high",
    needs_vectors=("clip_image", "image_descriptor"),
    heavy=True,
    params={"neighbours": clusters.NEIGHBOURS},
)


def compute(subset: Subset, params: Mapping[str, Any]) -> Outcome:
    """Number of clusters."""
    source = next((name for name in INDICATOR.needs_vectors if subset.embedded(name)), None)
    if source is None:
        return indicator.missing(INDICATOR.needs_vectors)
    near = subset.near(source, params["neighbours"])
    if near is None:
        return Outcome(None, f"not computed: too few different {source} for a radius")
    vectors = subset.vectors(source)
    found, alone = clusters.count(vectors, near, params["neighbours"])
    detail = f"from {source}; radius {near:.3f}, {alone:,} in no cluster"
    return Outcome(float(found), detail, len(vectors), source)
