"""How many topics the instructions of a task have: clusters of words that are used together, mean over the tasks.

From 0. Ego-Splitting with connected components in both phases on the co-occurrence graph of content words, clusters of
at least three words, 50 instructions drawn per task; see `scoring.communities`. Only tasks of which every compared set
has as many count. Components melt together as instructions are added, so the number says little by itself: read it
beside I-D, the share of different word pairs, and the variant with Louvain. Li et al., TMLR 2024, section 3.3.3 and
Table 3: "I" under diversity, 13 to 23; size of the draw and of the vocabulary are not published.
"""

from __future__ import annotations

from scoring import communities
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="instruction_diversity",
    abbreviation="I",
    title="Instruction diversity",
    version="2",
    principle="instruction diversity",
    unit="clusters per task",
    better="high",
    needs_metrics=("task",),
    heavy=True,
    params={"per_task": 50, "draws": 20, "vocabulary": 1000, "least_words": 3, "seed": 0},
)


def compute(subset: Subset, params: Params) -> IndicatorValue:
    """Computes the mean number of clusters over the tasks of which there are enough instructions.

    Args:
        subset: The samples.
        params: Those of `communities.of_subset`.

    Returns:
        The mean; None without such tasks.
    """
    return communities.of_subset(INDICATOR, subset, communities.components, params)
