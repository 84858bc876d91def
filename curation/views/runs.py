"""The runs page: the present run, what each metric has, failures, and runs of the past."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation import catalog
from curation.server import Server
from curation.views import columns, progress
from storage import runs, scores


@dataclass(frozen=True)
class RunsView:
    """Everything that the runs page draws."""

    activity: progress.Activity
    columns: pl.DataFrame
    failures: pl.DataFrame
    past: pl.DataFrame


def view(server: Server) -> RunsView:
    """The state of scoring as it is now."""
    store = server.workspace.store
    titles = {column.name: column.title for column in catalog.columns().values()}
    failures = scores.failures(store).with_columns(
        pl.col("metric").replace_strict(titles, default=pl.col("metric")).alias("title")
    )
    past = runs.listing(store).with_columns((pl.col("ended_at") - pl.col("started_at")).alias("took"))
    return RunsView(progress.activity(server), columns.table(server), failures, past)
