"""The flags page: the queue that the filters leave, and one flag with its sample and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from curation import memo, review, spans
from curation.server import Server
from curation.views import sample

OPEN, CONFIRMED, DISMISSED, SUPPORTED = "open", "confirmed", "dismissed", spans.SUPPORTED
STATUSES = (OPEN, CONFIRMED, DISMISSED, SUPPORTED)
WORST, DISPUTED = "worst", "disputed"
SOURCES = {
    "annotations": "Annotated objects",
    "captions": "Captions",
    "detector": "Object detector",
    "clip": "CLIP",
    "llm": "Language model",
}


@dataclass(frozen=True)
class Filter:
    """What the queue shows; None or an empty string means everything. `order` is WORST or DISPUTED first."""

    kind: str | None = None
    dataset: str | None = None
    verdict: str | None = None
    status: str | None = OPEN
    order: str = WORST


@dataclass(frozen=True)
class Evidence:
    """What one source said about a flag; score and verdict are empty where it cannot tell or gives none."""

    source: str
    said: str
    score: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class FlagsView:
    """The queue and what the filters may be set to; `disputed` says that sources disagree on some of it."""

    queue: pl.DataFrame
    kinds: dict[str, int]
    datasets: list[str]
    verdicts: list[str]
    statuses: dict[str, int]
    disputed: bool = False


@dataclass(frozen=True)
class FlagView:
    """One flag: the row of the queue, its sample, and the evidence by source."""

    flag: dict[str, Any]
    sample: sample.SampleView
    evidence: tuple[Evidence, ...]


def every(server: Server) -> pl.DataFrame:
    """All flags that stand with `status` and `who`, worst first: unsupported, then unsure, then by score.

    A flag that nobody decided and that other sources bear out is not open but supported.
    """
    store = server.workspace.store
    found = memo.recall(store, "flags", _read)
    said = review.standing(server.workspace, "flag").select("key", "who", pl.col("verdict").alias("said"))
    undecided = pl.when(pl.col("verdict") == SUPPORTED).then(pl.lit(SUPPORTED)).otherwise(pl.lit(OPEN))
    return found.join(said, left_on="flag_id", right_on="key", how="left", maintain_order="left").with_columns(
        pl.coalesce(
            pl.col("said").replace_strict(sample.STATUS, default=None, return_dtype=pl.String), undecided
        ).alias("status")
    )


def view(server: Server, wanted: Filter) -> FlagsView:
    """The flags that pass the filter. Numbers of kinds count what the other filters leave."""
    found = every(server)
    rest = _keep(found, Filter(None, wanted.dataset, wanted.verdict, wanted.status))
    kinds = rest.group_by("kind").len().sort("len", "kind", descending=[True, False])
    others = _keep(found, Filter(wanted.kind, wanted.dataset, wanted.verdict, None))
    statuses = dict(others.group_by("status").len().iter_rows())
    queue = _keep(rest, Filter(wanted.kind, status=None))
    if wanted.order == DISPUTED:
        queue = queue.sort("disagreement", descending=True, maintain_order=True)
    return FlagsView(
        queue=queue,
        kinds=dict(kinds.iter_rows()),
        datasets=found["dataset"].unique(maintain_order=True).to_list(),
        verdicts=sorted(verdict for verdict in found["verdict"].unique() if verdict),
        statuses={status: int(statuses.get(status, 0)) for status in STATUSES},
        disputed=bool((queue["disagreement"] > 0).any()),
    )


def one(server: Server, flag_id: str) -> FlagView | None:
    """One flag that stands, or None."""
    rows = every(server).filter(pl.col("flag_id") == flag_id).head(1).to_dicts()
    if not rows:
        return None
    shown = sample.view(server, rows[0]["sample_no"])
    return FlagView(rows[0], shown, _evidence(rows[0]["evidence"])) if shown else None


def _read(store: Any) -> pl.DataFrame:
    found = spans.current(store)
    order = pl.col("verdict").replace_strict({"unsupported": 0, "unsure": 1}, default=2, return_dtype=pl.Int8)
    return found.unique("flag_id", keep="last", maintain_order=True).sort(
        order,
        pl.col("kind") != "hallucination",
        pl.coalesce(1 - pl.col("support"), "score", pl.lit(-1.0)),
        descending=[False, False, True],
        maintain_order=True,
    )


def _keep(found: pl.DataFrame, wanted: Filter) -> pl.DataFrame:
    for column in ("kind", "dataset", "verdict", "status"):
        value = getattr(wanted, column)
        if value:
            found = found.filter(pl.col(column) == value)
    return found


def _evidence(text: str) -> tuple[Evidence, ...]:
    said = orjson.loads(text or "{}")
    if not isinstance(said, dict):
        return ()
    return tuple(_of_source(str(source), value) for source, value in said.items())


def _of_source(source: str, value: Any) -> Evidence:
    name, vote = SOURCES.get(source, source), spans.told(value)
    if vote is None:
        return Evidence(name, _plain(value))
    score = "" if vote["score"] is None else _plain(float(vote["score"]))
    return Evidence(name, _plain(vote["said"]), score, vote["verdict"] or "")


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value) or "nothing"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, float):
        return f"{value:.3g}"
    return (
        {True: "yes", False: "no", None: "nothing"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
