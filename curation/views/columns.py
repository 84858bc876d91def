"""How far each metric and stage is: what is done, missing, failed or unavailable, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from curation import configuration
from curation.catalog import Column
from curation.server import Server
from curation.views import memo
from storage import datasets, runs, scores
from storage.store import Store

SCHEMA = {
    "name": pl.String,
    "title": pl.String,
    "about": pl.String,
    "principle": pl.String,
    "subject": pl.String,
    "total": pl.Int64,
    "done": pl.Int64,
    "missing": pl.Int64,
    "failed": pl.Int64,
    "state": pl.String,
    "why": pl.String,
}


def table(server: Server) -> pl.DataFrame:
    """One row per metric and stage; `state` is done, scoring, waiting, failed, unavailable or off."""
    store = server.workspace.store
    reasons = runs.unavailable(store) | (server.progress.unavailable if server.progress else {})
    known = [column for column in configuration.columns(server.workspace).values() if column.kind != "feature"]
    return _table(store, known, reasons, server.scoring)


def _table(store: Store, known: Sequence[Column], reasons: Mapping[str, str], scoring: bool) -> pl.DataFrame:
    totals = datasets.totals(store)
    per_subject = {"sample": totals["samples"], "turn": totals["turns"], "image": totals["good_images"]}
    counted = {
        (row["metric"], row["version"]): row
        for row in memo.recall(store, "counts", scores.counts).iter_rows(named=True)
    }
    rows = []
    for column in known:
        found = counted.get((column.name, column.version), {"done": 0, "failed": 0})
        total = per_subject[column.subject]
        missing = max(total - found["done"] - found["failed"], 0)
        reason = _reason(column, reasons) if missing else ""
        rows.append(
            {
                "name": column.name,
                "title": column.title,
                "about": column.about,
                "principle": column.principle,
                "subject": column.subject,
                "total": total,
                "done": found["done"],
                "missing": missing,
                "failed": found["failed"],
                "state": _state(column, missing, found["failed"], reason, scoring),
                "why": reason,
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)


def _reason(column: Column, reasons: Mapping[str, str]) -> str:
    """Why a column could not run: its own reason, or that of a feature that it waits for."""
    return next((reasons[name] for name in (column.name, *column.needs) if name in reasons), "")


def _state(column: Column, missing: int, failed: int, reason: str, scoring: bool) -> str:
    if not column.active:
        return "off"
    if reason:
        return "unavailable"
    if missing:
        return "scoring" if scoring else "waiting"
    return "failed" if failed else "done"
