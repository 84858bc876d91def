"""What may be done with many samples at once: counts to say before, keys to record under."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.decisions import decision_log
from curation.flags import current_flags
from scoring.arrays import Mask


@dataclass(frozen=True)
class Selection:
    """A set of samples before an act of `who`: which (one bool per sample), how many, how many of them others decided,
    open flags by kind.
    """

    who: str
    members: Mask
    count: int
    by_others: int
    open_flags: dict[str, int]


def view(server: Server, members: Mask, who: str) -> Selection:
    """Counts what a person is about to act on.

    Args:
        server: Its flags and decisions are counted.
        members: True for the samples of the act, (N,).
        who: The person; decisions of others are counted apart.
    """
    others = decision_log.others(server.workspace, who, "sample")
    selected = _selected(server, members)
    by_others = selected["key"].is_in(list(others)).sum() if others else 0
    kinds = _open(server, members).group_by("kind").len().sort("len", "kind", descending=[True, False])
    return Selection(who, members, selected.height, int(by_others), dict(kinds.iter_rows()))


def keys(server: Server, members: Mask) -> list[str]:
    """Lists the keys under which decisions on samples are stored.

    Args:
        server: Its board knows the keys.
        members: True for the samples, (N,).
    Returns:
        Keys in the order of the samples.
    """
    return _selected(server, members)["key"].to_list()


def flag_ids(server: Server, members: Mask, kind: str) -> list[str]:
    """Lists the open flags of a kind on samples.

    Args:
        server: Its flags and decisions are used.
        members: True for the samples, (N,).
        kind: Kind of flag.
    """
    return _open(server, members).filter(pl.col("kind") == kind)["flag_id"].to_list()


def _selected(server: Server, members: Mask) -> pl.DataFrame:
    listed = board.current(server).snapshot.samples
    is_member = np.zeros(listed.height, dtype=bool)  # samples may have come since
    is_member[: len(members)] = members[: listed.height]
    return listed.filter(pl.Series(is_member))


def _open(server: Server, members: Mask) -> pl.DataFrame:
    open_flags = current_flags.every(server).filter(pl.col("status") == current_flags.OPEN)
    numbers = open_flags["sample_no"].to_numpy()
    on_member = np.zeros(len(numbers), dtype=bool)
    in_range = numbers < len(members)
    on_member[in_range] = members[numbers[in_range]]
    return open_flags.filter(pl.Series(on_member))
