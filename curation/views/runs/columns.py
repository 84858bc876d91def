"""How far each metric and stage is: what is done, missing, failed or unavailable, and why."""

from __future__ import annotations

import polars as pl

from curation.app.server import Server
from curation.runs import status
from curation.workspace import cache

SHOWN = ("name", "title", "about", "principle", "subject", "total", "done", "missing", "failed", "why", "active")


def table(server: Server) -> pl.DataFrame:
    """One row per metric and stage; `state` is done, scoring, waiting, failed, unavailable, imported or off."""
    workspace, scoring = server.workspace, server.scoring
    reasons = server.progress.unavailable if server.progress else {}
    states = cache.recall(
        workspace.store, "metric states", lambda _: status.metric_states(workspace, reasons), patient=scoring
    )
    rows = [
        {name: getattr(column, name) for name in SHOWN} | {"state": _state(column, scoring)}
        for column in states
        if column.kind != "feature"
    ]
    rows.sort(key=lambda row: not row["active"])  # what is off comes last
    return pl.DataFrame(rows, infer_schema_length=None)


def _state(column: status.MetricState, scoring: bool) -> str:
    if not column.active and column.kind != "imported":
        return "off"
    return "scoring" if scoring and column.state == "waiting" else column.state
