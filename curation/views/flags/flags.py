"""The flags page: the queue that filters and scope leave, counted, and the part of it that is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
import polars as pl

from curation.app.server import Server
from curation.decisions import decision_log
from curation.flags import spans
from curation.views.flags import inspection
from curation.views.flags.inspection import Look
from curation.views.sample import sample
from curation.workspace import Owner, cache
from storage.store import Store

OPEN, CONFIRMED, DISMISSED, SUPPORTED = "open", "confirmed", "dismissed", spans.SUPPORTED
STATUSES = (OPEN, CONFIRMED, DISMISSED, SUPPORTED)
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
    status: str | None = OPEN
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


def every(server: Owner) -> pl.DataFrame:
    """All flags that stand with `status` and `who`, worst first: unsupported, then unsure, then by score.

    A flag that nobody decided and that other sources bear out is not open but supported. `sources` are those that
    deny its span, or the metric that raised it where no source voted.
    """
    topics = (*cache.CONTENT, *cache.DECISIONS)
    return cache.recall(server.workspace.store, "flags with status", lambda _: _decided(server), topics=topics)


def ready(server: Server) -> bool:
    """True when `every` has nothing to read but decisions."""
    return cache.fresh(server.workspace.store, "flags")


def _decided(server: Owner) -> pl.DataFrame:
    found = cache.recall(server.workspace.store, "flags", _read)
    said = decision_log.standing(server.workspace, "flag").select("key", "who", pl.col("verdict").alias("said"))
    undecided = pl.when(pl.col("verdict") == SUPPORTED).then(pl.lit(SUPPORTED)).otherwise(pl.lit(OPEN))
    return found.join(said, left_on="flag_id", right_on="key", how="left", maintain_order="left").with_columns(
        pl.coalesce(
            pl.col("said").replace_strict(sample.STATUS, default=None, return_dtype=pl.String), undecided
        ).alias("status")
    )


def view(server: Server, wanted: Filter, members: np.ndarray | None = None) -> FlagsView:
    """The flags that pass the filter on the samples of `members` (all where None).

    The numbers beside a filter's choices count what the other filters leave.
    """
    found = every(server)
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
        statuses={status: int(statuses.get(status, 0)) for status in STATUSES},
        sources=_counted(sources, "sources"),
        disputed=bool((queue["disagreement"] > 0).any()),
    )


def window(server: Server, queue: pl.DataFrame, current: str) -> tuple[list[Look], int | None]:
    """The flags around the present one in the queue's order, and its place there; None where it is not in it."""
    place = queue["flag_id"].index_of(current) if not queue.is_empty() else None
    everyone = every(server)
    if place is None:
        rows = everyone.filter(pl.col("flag_id") == current).head(1).to_dicts() + queue.head(AHEAD).to_dicts()
    else:
        start = max(place - BEHIND, 0)
        rows = queue.slice(start, place - start + 1 + AHEAD).to_dicts()
    return inspection.of_flags(server, rows, everyone), place


def row_of(server: Server, flag_id: str) -> dict[str, Any] | None:
    """One flag that stands, or None."""
    return next(iter(every(server).filter(pl.col("flag_id") == flag_id).head(1).to_dicts()), None)


def one(server: Server, flag_id: str) -> Look | None:
    """One flag to look at, or None when it does not stand."""
    row = row_of(server, flag_id)
    found = inspection.of_flags(server, [row], every(server)) if row else []
    return found[0] if found else None


def status_of(server: Server, sample_nos: Sequence[int], kind: str) -> dict[int, str]:
    """The status of the samples' flags of one kind, by sample."""
    found = every(server).filter(pl.col("sample_no").is_in(sample_nos) & (pl.col("kind") == kind))
    return dict(found.select("sample_no", "status").iter_rows())


def after(queue: pl.DataFrame, flag_id: str) -> str | None:
    """The flag that comes after this one, else the one before it; the first where it is not in the queue."""
    ids = queue["flag_id"]
    place = None if ids.is_empty() else ids.index_of(flag_id)
    if place is None:
        return None if ids.is_empty() else str(ids[0])
    if place + 1 < len(ids):
        return str(ids[place + 1])
    return str(ids[place - 1]) if place else None


def _read(store: Store) -> pl.DataFrame:
    found = spans.current(store)
    order = pl.col("verdict").replace_strict({"unsupported": 0, "unsure": 1}, default=2, return_dtype=pl.Int8)
    sources = [_sources(*row) for row in found.select("kind", "metric", "evidence").iter_rows()]
    return (
        found.with_columns(pl.Series("sources", sources, pl.List(pl.String)))
        .unique("flag_id", keep="last", maintain_order=True)
        .with_row_index("place")
        .sort(
            order,
            pl.col("kind") != "hallucination",
            pl.coalesce(1 - pl.col("support"), "score", pl.lit(-1.0)),
            descending=[False, False, True],
            maintain_order=True,
        )
    )


def _sources(kind: str, metric: str, evidence: str) -> list[str]:
    """The sources that deny a span, else the metric that raised the flag."""
    if kind != spans.KIND:
        return [metric]
    said: Mapping[str, Any] = orjson.loads(evidence or "{}")
    told = {source: spans.told(value) for source, value in said.items()} if isinstance(said, dict) else {}
    denying = [source for source, one in told.items() if one and one["verdict"] == "unsupported"]
    return denying or [metric]


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
