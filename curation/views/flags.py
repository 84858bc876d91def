"""The flags page: the queue that the filters leave, and one flag with its sample and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from curation import memo
from curation.server import Server
from curation.views import sample
from storage import decisions, flags

OPEN, CONFIRMED, DISMISSED = "open", "confirmed", "dismissed"
STATUSES = (OPEN, CONFIRMED, DISMISSED)


@dataclass(frozen=True)
class Filter:
    """What the queue shows; None or an empty string means everything."""

    kind: str | None = None
    dataset: str | None = None
    verdict: str | None = None
    status: str | None = OPEN


@dataclass(frozen=True)
class Evidence:
    """What one source said about a flag."""

    source: str
    said: str


@dataclass(frozen=True)
class FlagsView:
    """The queue and what the filters may be set to; `counts` are flags by kind and status."""

    queue: pl.DataFrame
    kinds: dict[str, int]
    datasets: list[str]
    verdicts: list[str]
    statuses: dict[str, int]


@dataclass(frozen=True)
class FlagView:
    """One flag: the row of the queue, its sample, and the evidence by source."""

    flag: dict[str, Any]
    sample: sample.SampleView
    evidence: tuple[Evidence, ...]


def every(server: Server) -> pl.DataFrame:
    """All flags that stand with `status` and `who`, worst first: unsupported, then unsure, then by score."""
    store = server.workspace.store
    found = memo.recall(store, "flags", _read)
    said = decisions.standing(store, "flag").select("key", "who", pl.col("verdict").alias("said"))
    return found.join(said, left_on="flag_id", right_on="key", how="left", maintain_order="left").with_columns(
        pl.col("said")
        .replace_strict(sample.STATUS, default=OPEN, return_dtype=pl.String)
        .fill_null(OPEN)
        .alias("status")
    )


def view(server: Server, wanted: Filter) -> FlagsView:
    """The flags that pass the filter. Numbers of kinds count what the other filters leave."""
    found = every(server)
    rest = _keep(found, Filter(None, wanted.dataset, wanted.verdict, wanted.status))
    kinds = rest.group_by("kind").len().sort("len", "kind", descending=[True, False])
    others = _keep(found, Filter(wanted.kind, wanted.dataset, wanted.verdict, None))
    statuses = dict(others.group_by("status").len().iter_rows())
    return FlagsView(
        queue=_keep(rest, Filter(wanted.kind, status=None)),
        kinds=dict(kinds.iter_rows()),
        datasets=found["dataset"].unique(maintain_order=True).to_list(),
        verdicts=sorted(verdict for verdict in found["verdict"].unique() if verdict),
        statuses={status: int(statuses.get(status, 0)) for status in STATUSES},
    )


def one(server: Server, flag_id: str) -> FlagView | None:
    """One flag that stands, or None."""
    rows = every(server).filter(pl.col("flag_id") == flag_id).head(1).to_dicts()
    if not rows:
        return None
    shown = sample.view(server, rows[0]["sample_no"])
    return FlagView(rows[0], shown, _evidence(rows[0]["evidence"])) if shown else None


def _read(store: Any) -> pl.DataFrame:
    found = flags.current(store)
    order = pl.col("verdict").replace_strict({"unsupported": 0, "unsure": 1}, default=2, return_dtype=pl.Int8)
    return found.unique("flag_id", keep="last", maintain_order=True).sort(
        order,
        pl.col("kind") != "hallucination",
        pl.col("score").fill_null(-1.0),
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
    return tuple(Evidence(str(source), _plain(value)) for source, value in said.items())


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
