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
        found = [
            (name, other, self.counts[i][j])
            for i, name in enumerate(self.names)
            for j, other in enumerate(self.names)
            if i != j and self.counts[i][j]
        ]
        return sorted(found, key=lambda pair: (-pair[2], pair))


def overlap(workspace: Workspace) -> Overlap:
    """What the datasets have in common, exactly or nearly."""
    return cache.recall(workspace.store, "overlap of datasets", _overlap, patient=True)


def _overlap(store: Store) -> Overlap:
    listed = datasets.listing(store).sort("dataset_no")
    names = tuple(listed["name"].to_list())
    counted = {(one, other): samples for one, other, samples in looks.overlap(store).iter_rows()}
    counts = tuple(tuple(counted.get((one, other), 0) for other in names) for one in names)
    return Overlap(names, tuple(listed["samples"].to_list()), counts)


def rules(server: Owner) -> dict[str, str]:
    """What may decide who stays: a rule's name, or a metric's, with its words."""
    best = {name: f"the best by {one.title.lower()}" for name, one in worst_values.columns(server.workspace).items()}
    return RULES | {name: words for name, words in best.items() if name != "duplicates"}


def members_of(server: Owner, sample_no: int) -> tuple[int | None, list[int]]:
    """The number of the group that a sample is in, and the samples of that group, the kept one first."""
    found = cache.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    mine = found.filter(pl.col("sample_no") == sample_no)["group_no"]
    if mine.is_empty():
        return None, [sample_no]
    group = found.filter(pl.col("group_no") == mine[0]).sort("keep", descending=True, maintain_order=True)
    return int(mine[0]), group["sample_no"].to_list()


def groups(server: Owner) -> pl.DataFrame:
    """group_no, sample_no, flag_id, row, dataset and status of every flagged member, by group and sample."""
    found = cache.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    flagged = current_flags.every(server).filter(pl.col("kind") == KIND)
    return found.join(flagged.select("sample_no", "flag_id", "row", "dataset", "status"), on="sample_no").sort(
        "group_no", "sample_no"
    )


def plan(server: Owner, rule: str, numbers: Collection[int], prefer: Sequence[str] = ()) -> pl.DataFrame:
    """The members of these groups with `best`: true of the one per group that the rule keeps.

    Datasets in `prefer` come before all others, in this order; the rule decides within the first one that a group has.
    Where several are equally good, or none has a value, the first row stays.
    """
    members = groups(server).filter(pl.col("group_no").is_in(list(numbers)))
    worth = _worth(server, rule, members)
    places = {name: place for place, name in enumerate(prefer)}
    rank = pl.col("dataset").replace_strict(places, default=len(places), return_dtype=pl.Int32)
    ranked = members.with_columns(pl.Series("worth", worth, pl.Float64), rank=rank).sort(
        ["group_no", "rank", "worth", "sample_no"], descending=[False, False, True, False], nulls_last=True
    )
    return ranked.with_columns(best=pl.int_range(pl.len()).over("group_no") == 0).sort("group_no", "sample_no")


def apply(server: Owner, who: str, rule: str, numbers: Collection[int], prefer: Sequence[str] = ()) -> Act:
    """Keeps one member of each group and drops the others, as one act; what somebody else decided is left alone.

    The decisions say by which rule and which order of datasets they were made.
    """
    members = plan(server, rule, numbers, prefer)
    by = {"rule": rule} | ({"prefer": list(prefer)} if prefer else {})
    spared = decision_log.others(server.workspace, who, "flag")
    said = [
        ("flag", flag_id, "dismiss" if best else "confirm", by)
        for flag_id, best in members.select("flag_id", "best").iter_rows()
        if flag_id not in spared
    ]
    act = decision_log.decide_together(server.workspace, who, said)
    return Act(act.event_ids, members.height - act.count)


def keep_best(owner: Owner, who: str, rule: str, prefer: Sequence[str] = ()) -> Act:
    """`apply` to every group. Raises DecisionError for an unknown rule or dataset."""
    names = datasets.listing(owner.workspace.store)["name"].to_list()
    for said, known, what in (([rule], list(rules(owner)), "rule"), (prefer, names, "dataset")):
        wrong = [one for one in said if one not in known]
        if wrong:
            raise DecisionError(f"There is no {what} {wrong[0]!r}; there are {', '.join(known) or 'none'}.")
    return apply(owner, who, rule, groups(owner)["group_no"].unique().to_list(), prefer)


def _worth(server: Owner, rule: str, members: pl.DataFrame) -> np.ndarray:
    """Per member a number that is higher for better ones; NaN where there is none."""
    numbers = members["sample_no"].to_numpy()
    if rule == LONGEST:
        found = dict(looks.lengths(server.workspace.store, numbers.tolist()).iter_rows())
        return np.array([float(found.get(int(no), 0)) for no in numbers])
    column = worst_values.column(server.workspace, rule)
    if column is None:
        return -numbers.astype(np.float64)
    values = worst_values.by_sample(server.workspace, rule)[numbers]
    return np.nan_to_num(values if column.bad_when == "low" else -values, nan=-np.inf)
