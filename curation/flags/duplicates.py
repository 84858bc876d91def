"""Groups of duplicates: which member to keep by a rule, and deciding it for one group or for many at once.

To keep a member is to dismiss its flag, to drop it is to confirm it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.decisions import decision_log
from curation.decisions.decision_log import Act, DecisionError
from curation.flags import current_flags
from curation.runs import worst_values
from curation.workspace import Owner, Workspace, cache
from scoring.arrays import Floats
from storage import datasets, looks
from storage.store import Store

KIND = "duplicate"
FIRST, LONGEST = "first", "longest"
RULES = {FIRST: "the first row", LONGEST: "the longest response"}


@dataclass(frozen=True)
class Overlap:
    """How many samples of the dataset `names[i]` have a duplicate in `names[j]`: `counts[i][j]`; (i, i) within itself.

    `samples` is the size of each dataset. Nothing is known, and nothing is listed, before duplicates were looked for.
    """

    names: tuple[str, ...]
    samples: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def pairs(self) -> list[tuple[str, str, int]]:
        """Dataset, other dataset, samples of the first that are also in the second, the most first."""
        overlapping = [
            (name, other, self.counts[i][j])
            for i, name in enumerate(self.names)
            for j, other in enumerate(self.names)
            if i != j and self.counts[i][j]
        ]
        return sorted(overlapping, key=lambda pair: (-pair[2], pair))


def overlap(workspace: Workspace) -> Overlap:
    """What the datasets have in common, exactly or nearly."""
    return cache.recall(workspace.store, "overlap of datasets", _overlap, patient=True)


def _overlap(store: Store) -> Overlap:
    listed = datasets.listing(store).sort("dataset_no")
    names = tuple(listed["name"].to_list())
    counted = {(name, other): samples for name, other, samples in looks.overlap(store).iter_rows()}
    counts = tuple(tuple(counted.get((name, other), 0) for other in names) for name in names)
    return Overlap(names, tuple(listed["samples"].to_list()), counts)


def rules(server: Owner) -> dict[str, str]:
    """What may decide who stays: a rule's name, or a metric's, with its words."""
    best = {
        name: f"the best by {column.title.lower()}" for name, column in worst_values.columns(server.workspace).items()
    }
    return RULES | {name: words for name, words in best.items() if name != "duplicates"}


def members_of(server: Owner, sample_no: int) -> tuple[int | None, list[int]]:
    """Finds the group of duplicates that a sample is in.

    Args:
        server: Owner of the open workspace.
        sample_no: Number of the sample.

    Returns:
        The group's number, None without one, and the samples of that group, the kept one first.
    """
    members = cache.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    group_nos = members.filter(pl.col("sample_no") == sample_no)["group_no"]
    if group_nos.is_empty():
        return None, [sample_no]
    group = members.filter(pl.col("group_no") == group_nos[0]).sort("keep", descending=True, maintain_order=True)
    return int(group_nos[0]), group["sample_no"].to_list()


def relations(server: Owner, numbers: Collection[int]) -> dict[int, str]:
    """Says how samples are duplicates: "exact", "near", or in which ways, such as "cropped, reworded".

    Args:
        server: Owner of the open workspace.
        numbers: Numbers of samples.

    Returns:
        By number, of those that are in a group.
    """
    members = cache.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    return dict(members.filter(pl.col("sample_no").is_in(list(numbers))).select("sample_no", "relation").iter_rows())


def groups(server: Owner) -> pl.DataFrame:
    """group_no, sample_no, flag_id, row, dataset and status of every flagged member, by group and sample."""
    members = cache.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    flagged = current_flags.every(server).filter(pl.col("kind") == KIND)
    return members.join(flagged.select("sample_no", "flag_id", "row", "dataset", "status"), on="sample_no").sort(
        "group_no", "sample_no"
    )


def plan(server: Owner, rule: str, numbers: Collection[int], prefer: Sequence[str] = ()) -> pl.DataFrame:
    """Decides which member of each group a rule keeps.

    Where several are equally good, or none has a value, the first row stays.

    Args:
        server: Owner of the open workspace.
        rule: One of RULES or the name of a metric.
        numbers: Numbers of the groups.
        prefer: Datasets that come before all others, in this order; the rule decides within the first that a group has.

    Returns:
        The groups' members with `best`: true of the one per group that stays.
    """
    members = groups(server).filter(pl.col("group_no").is_in(list(numbers)))
    worth = _worth(server, rule, members)
    positions = {name: position for position, name in enumerate(prefer)}
    rank = pl.col("dataset").replace_strict(positions, default=len(positions), return_dtype=pl.Int32)
    ranked = members.with_columns(pl.Series("worth", worth, pl.Float64), rank=rank).sort(
        ["group_no", "rank", "worth", "sample_no"], descending=[False, False, True, False], nulls_last=True
    )
    return ranked.with_columns(best=pl.int_range(pl.len()).over("group_no") == 0).sort("group_no", "sample_no")


def apply(server: Owner, who: str, rule: str, numbers: Collection[int], prefer: Sequence[str] = ()) -> Act:
    """Keeps one member of each group and drops the others, as one act; what somebody else decided is left alone.

    The decisions say by which rule and which order of datasets they were made.

    Args:
        server: Owner of the open workspace.
        who: Name of the person.
        rule: One of RULES or the name of a metric.
        numbers: Numbers of the groups.
        prefer: Datasets that come before all others, in this order.

    Returns:
        The act, and how many members were left alone.
    """
    members = plan(server, rule, numbers, prefer)
    by = {"rule": rule} | ({"prefer": list(prefer)} if prefer else {})
    spared = decision_log.others(server.workspace, who, "flag")
    verdicts = [
        ("flag", flag_id, "dismiss" if best else "confirm", by)
        for flag_id, best in members.select("flag_id", "best").iter_rows()
        if flag_id not in spared
    ]
    act = decision_log.decide_together(server.workspace, who, verdicts)
    return Act(act.event_ids, members.height - act.count)


def keep_best(owner: Owner, who: str, rule: str, prefer: Sequence[str] = ()) -> Act:
    """Applies a rule to every group of duplicates.

    Args:
        owner: Owner of the open workspace.
        who: Name of the person.
        rule: One of RULES or the name of a metric.
        prefer: Datasets that come before all others, in this order.

    Returns:
        The act, and how many members were left alone.

    Raises:
        DecisionError: The rule or a dataset is unknown.
    """
    names = datasets.listing(owner.workspace.store)["name"].to_list()
    for requested, known_names, kind in (([rule], list(rules(owner)), "rule"), (prefer, names, "dataset")):
        wrong = [name for name in requested if name not in known_names]
        if wrong:
            raise DecisionError(f"There is no {kind} {wrong[0]!r}; there are {', '.join(known_names) or 'none'}.")
    return apply(owner, who, rule, groups(owner)["group_no"].unique().to_list(), prefer)


def _worth(server: Owner, rule: str, members: pl.DataFrame) -> Floats:
    """Per member a number that is higher for better ones; NaN where there is none."""
    numbers = members["sample_no"].to_numpy()
    if rule == LONGEST:
        lengths = dict(looks.lengths(server.workspace.store, numbers.tolist()).iter_rows())
        return np.array([float(lengths.get(int(no), 0)) for no in numbers])
    column = worst_values.column(server.workspace, rule)
    if column is None:
        return -numbers.astype(np.float64)
    values = worst_values.by_sample(server.workspace, rule)[numbers]
    return np.nan_to_num(values if column.bad_when == "low" else -values, nan=-np.inf)
