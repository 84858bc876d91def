"""The flags page: the queue that filters and scope leave, counted, and the part of it that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from curation.app.server import Server
from curation.flags import current_flags
from curation.views.flags import inspection
from curation.views.flags.inspection import Look

WORST, DISPUTED, PLACE = "worst", "disputed", "place"
ORDERS = {WORST: "Worst first", DISPUTED: "Most disputed first", PLACE: "As in the dataset"}
SOURCES = {
    "annotations": "Annotated objects",
    "captions": "Captions",
    "detector": "Object detector",
    "clip": "CLIP",
    "llm": "Language model",
}
AHEAD, BEHIND = 24, 2
"""How many flags after and before the present one a browser is given, so that it never waits for the next."""


@dataclass(frozen=True)
class Filter:
    """What the queue shows; None or an empty string means everything.

    `source` is a source of hallucination verdicts that denies the span, or the metric of another kind of flag;
    `order` is one of ORDERS.
    """

    kind: str | None = None
    dataset: str | None = None
    verdict: str | None = None
    status: str | None = current_flags.OPEN
    source: str | None = None
    order: str = WORST


@dataclass(frozen=True)
class FlagsView:
    """The queue, and what the filters may be set to with how many flags that would leave.

    `disputed` says that sources disagree on some of the queue.
    """

    queue: pl.DataFrame
    kinds: dict[str, int]
    datasets: list[str]
    verdicts: dict[str, int]
    statuses: dict[str, int]
    sources: dict[str, int]
    disputed: bool = False


def view(server: Server, wanted: Filter, members: np.ndarray | None = None) -> FlagsView:
    """The flags that pass the filter on the samples of `members` (all where None).

    The numbers beside a filter's choices count what the other filters leave.
    """
    found = current_flags.every(server)
    datasets = found["dataset"].unique(maintain_order=True).to_list()
    if members is not None:
        inside = found["sample_no"] < len(members)
        found = found.filter(inside)
        found = found.filter(pl.Series(members[found["sample_no"].to_numpy()]))
    queue = _keep(found, wanted)
    verdicts = _counted(_keep(found, replace(wanted, verdict=None)), "verdict")
    statuses = _counted(_keep(found, replace(wanted, status=None)), "status")
    sources = _keep(found, replace(wanted, source=None)).select(pl.col("sources").explode()).drop_nulls()
    return FlagsView(
        queue=_ordered(queue, wanted.order),
        kinds=_counted(_keep(found, replace(wanted, kind=None)), "kind"),
        datasets=datasets,
        verdicts={verdict: count for verdict, count in verdicts.items() if verdict},
        statuses={status: int(statuses.get(status, 0)) for status in current_flags.STATUSES},
        sources=_counted(sources, "sources"),
        disputed=bool((queue["disagreement"] > 0).any()),
    )


def window(server: Server, queue: pl.DataFrame, current: str) -> tuple[list[Look], int | None]:
    """The flags around the present one in the queue's order, and its place there; None where it is not in it."""
    place = queue["flag_id"].index_of(current) if not queue.is_empty() else None
    everyone = current_flags.every(server)
    if place is None:
        rows = everyone.filter(pl.col("flag_id") == current).head(1).to_dicts() + queue.head(AHEAD).to_dicts()
    else:
        start = max(place - BEHIND, 0)
        rows = queue.slice(start, place - start + 1 + AHEAD).to_dicts()
    return inspection.of_flags(server, rows, everyone), place


def one(server: Server, flag_id: str) -> Look | None:
    """One flag to look at, or None when it does not stand."""
    row = current_flags.row_of(server, flag_id)
    found = inspection.of_flags(server, [row], current_flags.every(server)) if row else []
    return found[0] if found else None


def after(queue: pl.DataFrame, flag_id: str) -> str | None:
    """The flag that comes after this one, else the one before it; the first where it is not in the queue."""
    ids = queue["flag_id"]
    place = None if ids.is_empty() else ids.index_of(flag_id)
    if place is None:
        return None if ids.is_empty() else str(ids[0])
    if place + 1 < len(ids):
        return str(ids[place + 1])
    return str(ids[place - 1]) if place else None


def _keep(found: pl.DataFrame, wanted: Filter) -> pl.DataFrame:
    passes = [pl.lit(True)]
    for column in ("kind", "dataset", "verdict", "status"):
        value = getattr(wanted, column)
        if value:
            passes.append(pl.col(column) == value)
    if wanted.source:
        passes.append(pl.col("sources").list.contains(wanted.source))
    return found.filter(pl.all_horizontal(passes))


def _ordered(queue: pl.DataFrame, order: str) -> pl.DataFrame:
    if order == DISPUTED:
        return queue.sort("disagreement", descending=True, maintain_order=True)
    return queue.sort("place") if order == PLACE else queue


def _counted(found: pl.DataFrame, column: str) -> dict[str, int]:
    """How many rows have each value, most first."""
    counts: Sequence[tuple[str, int]] = (
        found.group_by(column).len().sort("len", column, descending=[True, False]).rows()
    )
    return dict(counts)
