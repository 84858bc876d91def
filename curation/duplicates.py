"""Groups of duplicates: which member to keep by a rule, and deciding it for one group or for many at once.

To keep a member is to dismiss its flag, to drop it is to confirm it.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from curation import memo, review, worst
from curation.review import Act
from curation.server import Server
from curation.views import flags
from storage import looks

KIND = "duplicate"
FIRST, LONGEST = "first", "longest"
RULES = {FIRST: "the first row", LONGEST: "the longest response"}


def rules(server: Server) -> dict[str, str]:
    """What may decide who stays: a rule's name, or a metric's, with its words."""
    best = {name: f"the best by {one.title.lower()}" for name, one in worst.columns(server.workspace).items()}
    return RULES | {name: words for name, words in best.items() if name != "duplicates"}


def members_of(server: Server, sample_no: int) -> tuple[int | None, list[int]]:
    """The number of the group that a sample is in, and the samples of that group, the kept one first."""
    found = memo.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    mine = found.filter(pl.col("sample_no") == sample_no)["group_no"]
    if mine.is_empty():
        return None, [sample_no]
    group = found.filter(pl.col("group_no") == mine[0]).sort("keep", descending=True, maintain_order=True)
    return int(mine[0]), group["sample_no"].to_list()


def groups(server: Server) -> pl.DataFrame:
    """group_no, sample_no, flag_id, row, dataset and status of every flagged member, by group and sample."""
    found = memo.recall(server.workspace.store, "duplicate groups", looks.duplicates)
    flagged = flags.every(server).filter(pl.col("kind") == KIND)
    return found.join(flagged.select("sample_no", "flag_id", "row", "dataset", "status"), on="sample_no").sort(
        "group_no", "sample_no"
    )


def plan(server: Server, rule: str, numbers: Collection[int]) -> pl.DataFrame:
    """The members of these groups with `best`: true of the one per group that the rule keeps.

    Where several are equally good, or none has a value, the first row stays.
    """
    members = groups(server).filter(pl.col("group_no").is_in(list(numbers)))
    worth = _worth(server, rule, members)
    ranked = members.with_columns(pl.Series("worth", worth, pl.Float64)).sort(
        ["group_no", "worth", "sample_no"], descending=[False, True, False], nulls_last=True
    )
    return ranked.with_columns(best=pl.int_range(pl.len()).over("group_no") == 0).sort("group_no", "sample_no")


def apply(server: Server, who: str, rule: str, numbers: Collection[int]) -> Act:
    """Keeps one member of each group and drops the others, as one act; what somebody else decided is left alone."""
    members = plan(server, rule, numbers)
    spared = review.others(server.workspace, who, "flag")
    said = [
        ("flag", flag_id, "dismiss" if best else "confirm", {"rule": rule})
        for flag_id, best in members.select("flag_id", "best").iter_rows()
        if flag_id not in spared
    ]
    act = review.decide_together(server.workspace, who, said)
    return Act(act.event_ids, members.height - act.count)


def _worth(server: Server, rule: str, members: pl.DataFrame) -> np.ndarray:
    """Per member a number that is higher for better ones; NaN where there is none."""
    numbers = members["sample_no"].to_numpy()
    if rule == LONGEST:
        found = dict(looks.lengths(server.workspace.store, numbers.tolist()).iter_rows())
        return np.array([float(found.get(int(no), 0)) for no in numbers])
    column = worst.column(server.workspace, rule)
    if column is None:
        return -numbers.astype(np.float64)
    values = worst.by_sample(server.workspace, rule)[numbers]
    return np.nan_to_num(values if column.bad_when == "low" else -values, nan=-np.inf)
