"""What a cut costs each task, language and dataset, and which cut would suit each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.filtering import cut_suggestions, thresholds
from curation.filtering.heavy_drops import LARGE
from curation.filtering.impact import Grouping
from curation.filtering.snapshot import Snapshot
from curation.recipes.recipe import Cut
from scoring.arrays import Mask

SHARE = 0.01
"""Share of a group that its own cut drops at most."""
FEWEST = 20
"""Samples with a value from which on a group has a cut of its own."""


@dataclass(frozen=True)
class GroupCost:
    """What a cut costs a group: of its `samples` so many fail; `by` says what the samples are grouped by."""

    by: str
    group: str
    samples: int
    fails: int

    @property
    def share(self) -> float:
        """Share of the group that fails, 0 to 1."""
        return self.fails / max(self.samples, 1)


@dataclass(frozen=True)
class GroupCut:
    """A group's own cut and what it costs it, what the cut would cost all samples, and what the standing one costs it.

    `standing` is None where the recipe has no cut on the metric.
    """

    cut: Cut
    cost: GroupCost
    everywhere: int
    standing: GroupCost | None


def hardest(
    snapshot: Snapshot, cut: Cut, groupings: Sequence[Grouping], members: Mask | None = None
) -> list[GroupCost]:
    """Finds the groups that pay most for a cut.

    Args:
        snapshot: All samples with their values.
        cut: The cut.
        groupings: Ways to part the samples.
        members: True for the samples that are counted, None for all.

    Returns:
        For every grouping of more than one group the group that loses the largest share, where that is more than LARGE.
    """
    fails = _among(thresholds.outside(snapshot.values[cut.metric], cut), members)
    costs = []
    for grouping in groupings:
        of_groups = _costs(grouping, fails, _among(np.ones(snapshot.count, dtype=bool), members))
        worst = max(of_groups, key=lambda cost: cost.share, default=None)
        if worst and len(of_groups) > 1 and worst.share > LARGE:
            costs.append(worst)
    return costs


def group_cuts(
    snapshot: Snapshot, metric: str, groupings: Sequence[Grouping], standing: Cut | None, members: Mask | None = None
) -> list[GroupCut]:
    """Suggests for every group the cut that drops at most SHARE of it.

    Args:
        snapshot: All samples with their values.
        metric: Name of the metric.
        groupings: Ways to part the samples.
        standing: The recipe's cut on the metric.
        members: True for the samples that are counted, None for all.

    Returns:
        One cut per group of at least FEWEST samples with a value, by grouping, the largest groups first.
    """
    values, sides = snapshot.values[metric], cut_suggestions.sides(snapshot.columns[metric].bad_when)
    has_value = _among(~np.isnan(values.low), members)
    nobody = np.zeros(snapshot.count, dtype=bool)
    fails = thresholds.outside(values, standing) & has_value if standing else nobody
    cuts = []
    for grouping in groupings:
        of_groups = sorted(_costs(grouping, fails, has_value), key=lambda cost: -cost.samples)
        for cost in of_groups:
            if cost.samples < FEWEST:
                continue
            of_group = has_value & (grouping.codes == list(grouping.names).index(cost.group))
            edges = cut_suggestions.by_share(values.low[of_group], values.high[of_group], SHARE, sides)
            cut = Cut(metric, *edges)
            beyond = thresholds.outside(values, cut) & has_value
            group_cost = GroupCost(cost.by, cost.group, cost.samples, int(np.count_nonzero(beyond & of_group)))
            cuts.append(GroupCut(cut, group_cost, int(np.count_nonzero(beyond)), cost if standing else None))
    return cuts


def _costs(grouping: Grouping, fails: Mask, members: Mask) -> list[GroupCost]:
    """The groups that have members, with how many of them fail."""
    size = len(grouping.names)
    samples, failing = (
        np.bincount(grouping.codes[mask].astype(np.int64) + 1, minlength=size + 1)[1:]
        for mask in (members, fails & members)
    )
    return [
        GroupCost(grouping.title, grouping.names[code], int(samples[code]), int(failing[code]))
        for code in range(size)
        if samples[code]
    ]


def _among(mask: Mask, members: Mask | None) -> Mask:
    return mask if members is None else mask & members
