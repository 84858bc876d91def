"""The runs page: the present run, what each column has, failures by what went wrong, and runs of the past."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from curation.app.server import Server
from curation.runs import costs, failures
from curation.runs.failures import Group
from curation.runs.run_progress import ColumnProgress, RunProgress
from curation.views.runs import columns, progress
from curation.workspace import metric_settings
from curation.workspace.score_columns import Column
from storage import runs


@dataclass(frozen=True)
class Switch:
    """A metric or map that a person may switch on: what it says, what it needs and why it cannot run, if so."""

    name: str
    title: str
    about: str
    needs: str
    why: str
    active: bool


@dataclass(frozen=True)
class RunsView:
    """Everything that the runs page draws. `past` has took and rate (values per second) beside what is stored."""

    activity: progress.Activity
    columns: pl.DataFrame
    failures: list[Group]
    failed: int
    past: pl.DataFrame
    optional: list[Switch]


def view(server: Server) -> RunsView:
    """The state of scoring as it is now."""
    workspace = server.workspace
    table = columns.table(server)
    return RunsView(
        progress.activity(server),
        table,
        failures.groups(workspace),
        failures.count(workspace),
        _past(server),
        _optional(server, table),
    )


def present(server: Server) -> RunProgress | None:
    """The run that goes on, with its columns by title; None while there is none."""
    now = server.progress
    if now is None or not server.scoring or not now.columns:
        return None
    columns_by_name = metric_settings.columns(server.workspace)
    named = tuple(
        replace(column, name=columns_by_name[column.name].title if column.name in columns_by_name else column.name)
        for column in now.columns
    )
    return replace(now, columns=_in_order(named))


def missing(server: Server) -> tuple[int, int]:
    """How many values of what is switched on are still to be computed, and how many cannot be here."""
    table = columns.table(server).filter("active")
    absent = int(table.filter(pl.col("state") == "unavailable")["missing"].sum())
    return int(table["missing"].sum()) - absent, absent


def try_again(server: Server, group: Group) -> None:
    """Computes the items of a group of failures once more.

    Args:
        server: It scores in the background.
        group: Failures of one kind.
    """
    server.score_again(failures.again(server.workspace, group))


def switch(server: Server, name: str, on: bool) -> None:
    """Switches a metric on, which scores what it misses, or off, which keeps its values.

    Args:
        server: It scores in the background.
        name: Name of the metric or stage.
        on: True switches it on.
    """
    metric_settings.activate(server.workspace, name, on)
    if on:
        server.score()


def cost(server: Server, name: str) -> str:
    """Estimates what asking a judge about everything missing costs.

    Args:
        server: Its workspace knows what is missing.
        name: Name of the column.
    Returns:
        A sentence; empty for a column that asks no judge.
    """
    estimates = costs.estimate(server.workspace, {name: metric_settings.columns(server.workspace)[name]})
    return costs.sentence(estimates[name]) if name in estimates else ""


def _in_order(progress_of_columns: tuple[ColumnProgress, ...]) -> tuple[ColumnProgress, ...]:
    """What is done now, then what comes, then what is over."""
    order = {"now": 0, "next": 1, "unavailable": 2, "done": 3}
    return tuple(sorted(progress_of_columns, key=lambda column: order[column.state]))


def _past(server: Server) -> pl.DataFrame:
    took = pl.col("ended_at") - pl.col("started_at")
    seconds = took.dt.total_milliseconds() / 1000
    rate = pl.when(seconds > 0).then(pl.col("done") / seconds)
    return runs.listing(server.workspace.store).with_columns(took=took, rate=rate)


def _optional(server: Server, table: pl.DataFrame) -> list[Switch]:
    columns_by_name = metric_settings.columns(server.workspace)
    why = dict(table.select("name", "why").iter_rows()) if not table.is_empty() else {}
    return [
        Switch(
            column.name,
            column.title,
            column.about,
            _needs(column, columns_by_name),
            str(why.get(column.name, "")),
            column.active,
        )
        for column in columns_by_name.values()
        if column.kind in ("metric", "stage") and not column.by_default
    ]


def _needs(column: Column, columns_by_name: dict[str, Column]) -> str:
    """What has to be on this machine for it, in words."""
    needed = [columns_by_name[name].title for name in column.needs if name in columns_by_name]
    parts = [f"first {', '.join(needed)}"] if needed else []
    if "price_in" in column.params:
        parts.append("a language model's endpoint (each answer may cost money)")
    models = [str(value) for key, value in column.params.items() if key in ("model", "weights") and value]
    models += [
        str(columns_by_name[n].params["model"])
        for n in column.needs
        if n in columns_by_name and columns_by_name[n].params.get("model")
    ]
    parts += [f"the model {', '.join(dict.fromkeys(models))}"] if models else []
    if column.params.get("weights") == "":
        parts.append("a file of weights that you download (its path goes into the setting “weights”)")
    return "; ".join(parts) or "nothing else"
