"""What may be done with many samples at once: counts to say before, keys to record under."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from curation.app import board
from curation.app.server import Server
from curation.decisions import decision_log
from curation.flags import current_flags


@dataclass(frozen=True)
class Selection:
    """A set of samples before an act of `who`: which (one bool per sample), how many, how many of them others decided,
    open flags by kind.
    """

    who: str
    members: np.ndarray
    count: int
    by_others: int
    open_flags: dict[str, int]


def view(server: Server, members: np.ndarray, who: str) -> Selection:
    """The counts for a person who is about to act on these samples (one bool per sample)."""
    others = decision_log.others(server.workspace, who, "sample")
    chosen = _chosen(server, members)
    by_others = chosen["key"].is_in(list(others)).sum() if others else 0
    kinds = _open(server, members).group_by("kind").len().sort("len", "kind", descending=[True, False])
    return Selection(who, members, chosen.height, int(by_others), dict(kinds.iter_rows()))


def keys(server: Server, members: np.ndarray) -> list[str]:
    """The keys under which decisions on the samples are kept."""
    return _chosen(server, members)["key"].to_list()


def flag_ids(server: Server, members: np.ndarray, kind: str) -> list[str]:
    """The open flags of a kind on the samples."""
    return _open(server, members).filter(pl.col("kind") == kind)["flag_id"].to_list()


def _chosen(server: Server, members: np.ndarray) -> pl.DataFrame:
    listed = board.current(server).snapshot.samples
    held = np.zeros(listed.height, dtype=bool)  # samples may have come since
    held[: len(members)] = members[: listed.height]
    return listed.filter(pl.Series(held))


def _open(server: Server, members: np.ndarray) -> pl.DataFrame:
    found = current_flags.every(server).filter(pl.col("status") == current_flags.OPEN)
    numbers = found["sample_no"].to_numpy()
    held = np.zeros(len(numbers), dtype=bool)
    known = numbers < len(members)
    held[known] = members[numbers[known]]
    return found.filter(pl.Series(held))
