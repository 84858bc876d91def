"""How many topics the instructions of a task have, finer: Louvain clusters of words used together, mean over tasks.

From 0. Ego-Splitting with Louvain communities in both phases instead of the paper's connected components, which a few
frequent words join into one: this variant still tells sets apart. Clusters of at least three words; few draws of equal
size and a small vocabulary per task keep it to seconds; see `scoring.communities`. After Li et al., TMLR 2024,
section 3.3.3; its numbers are of another kind than those of Table 3.
"""

from __future__ import annotations

from scoring import communities
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

INDICATOR = Indicator(
    name="instruction_diversity_louvain",
    abbreviation="I-L",
    title="Instruction diversity (Louvain)",
    version="2",
    principle="instruction diversity",
    unit="clusters per task",
    better="high",
    needs_metrics=("task",),
    heavy=True,
    params={"per_task": 50, "draws": 2, "vocabulary": 100, "least_words": 3, "seed": 0},
)


def compute(subset: Subset, params: Params) -> IndicatorValue:
    """Computes the mean number of clusters over the tasks of which there are enough instructions.

    Args:
        subset: The samples.
        params: Those of `communities.of_subset`.

    Returns:
        The mean; None without such tasks.
    """
    return communities.of_subset(INDICATOR, subset, communities.louvain, params)
