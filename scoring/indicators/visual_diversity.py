"""How many kinds of pictures there are: the number of DBSCAN clusters of their vectors.

From 0; pictures in no cluster do not count. Read it beside SD-N, the distance to the nearest picture. CLIP vectors,
those of content and look, or of the look alone, which do not compare with each other; radius and draw are shared by the
compared sets, see `scoring.clusters`. Li et al., TMLR 2024, section 3.3.3 and Table 4: "SD", 44, and 27 for a less
diverse set.
"""

from __future__ import annotations

from scoring import clusters
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="visual_diversity",
    abbreviation="SD",
    title="Visual semantic diversity",
    version="2",
    principle="visual diversity",
    unit="clusters",
    better="high",
    needs_vectors=("clip_image", "image_content", "image_descriptor"),
    heavy=True,
    params={"neighbours": clusters.NEIGHBOURS},
)


def compute(subset: Subset, params: Params) -> IndicatorValue:
    """Counts the clusters.

    Args:
        subset: The samples.
        params: Has `neighbours`, see `scoring.clusters`.

    Returns:
        The number; None without vectors.
    """
    return clusters.of_subset(INDICATOR, subset, params)
