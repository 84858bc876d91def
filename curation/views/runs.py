"""The runs page: the present run, what each metric has, failures, and runs of the past."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation import configuration
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
    optional: list[tuple[str, str, str, bool]]
    """Metrics and maps that a person may switch on: name, title, about, whether it is on."""


def view(server: Server) -> RunsView:
    """The state of scoring as it is now."""
    store = server.workspace.store
    titles = {column.name: column.title for column in configuration.columns(server.workspace).values()}
    failures = scores.failures(store).with_columns(
        pl.col("metric").replace_strict(titles, default=pl.col("metric")).alias("title")
    )
    past = runs.listing(store).with_columns((pl.col("ended_at") - pl.col("started_at")).alias("took"))
    return RunsView(progress.activity(server), columns.table(server), failures, past, _optional(server))


def switch(server: Server, name: str, on: bool) -> None:
    """Switches a metric on, which scores what it misses, or off, which keeps its values."""
    configuration.activate(server.workspace, name, on)
    if on:
        server.score()


def _optional(server: Server) -> list[tuple[str, str, str, bool]]:
    known = configuration.columns(server.workspace).values()
    return [
        (one.name, one.title, one.about, one.active) for one in known if one.kind != "feature" and not one.by_default
    ]
