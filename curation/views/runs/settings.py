"""One column's settings: its parameters, what they do to its version, and the values under other versions."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from curation.app.server import Server
from curation.runs import costs as spending
from curation.workspace import metric_settings, model_prices, score_columns, task_axis
from curation.workspace.model_prices import PriceTable
from curation.workspace.score_columns import Column
from scoring.json_types import JsonObject
from storage import scores

HIDDEN = ("cache", "budget", "fingerprints")
"""Places that the workspace gives."""


@dataclass(frozen=True)
class SettingsView:
    """A column as it is set, the versions that have values, and what judging the missing items would cost."""

    column: Column
    params: JsonObject
    versions: pl.DataFrame
    cost: str
    spent: str


def choices(server: Server) -> dict[str, str]:
    """Titles of the columns that have parameters, by name."""
    columns = metric_settings.columns(server.workspace)
    return {name: column.title for name, column in columns.items() if _editable(column)}


def view(server: Server, name: str) -> SettingsView:
    """Returns the settings of one column.

    Args:
        server: Its workspace holds settings and values.
        name: Name of a column of `choices`.
    """
    workspace = server.workspace
    column = metric_settings.columns(workspace)[name]
    unpriced = score_columns.columns(metric_settings.read(workspace)).get(name, column)
    costs = spending.estimate(workspace, {name: column})
    judged = spending.judged({name: column})
    return SettingsView(
        column,
        _editable(unpriced),
        scores.versions(workspace.store, name),
        spending.sentence(costs[name]) if name in costs else "",
        spending.sentence(spending.spent(workspace, judged)) if judged else "",
    )


def save(server: Server, name: str, params: JsonObject) -> None:
    """Stores the parameters of a column; an active column is computed anew in the background.

    Args:
        server: Its workspace holds the settings.
        name: Name of the column.
        params: All editable parameters by name.
    Raises:
        ConfigurationError: When the column cannot take a value.
    """
    metric_settings.set_params(server.workspace, name, params)
    if metric_settings.columns(server.workspace)[name].active:
        server.score()


def prices(server: Server) -> PriceTable:
    """What language models cost per million tokens, as the workspace's table has it."""
    return model_prices.read(server.workspace)


def save_prices(server: Server, table: PriceTable) -> None:
    """Replaces the table of prices.

    Args:
        server: Its workspace keeps the table.
        table: All prices.

    Raises:
        PriceError: A model has no name, or a price is negative or no number.
    """
    model_prices.write(server.workspace, table)


def tasks(server: Server) -> str:
    """The column whose labels are the tasks."""
    return task_axis.read(server.workspace)


def choose_tasks(server: Server, column: str) -> None:
    """Makes the labels of a column the tasks; a column that was off is scored.

    Args:
        server: Its workspace keeps the choice.
        column: One of `task_axis.CHOICES`.
    """
    task_axis.choose(server.workspace, column)
    if not metric_settings.columns(server.workspace)[column].active:
        metric_settings.activate(server.workspace, column, True)
        server.score()


def _editable(column: Column) -> JsonObject:
    return {name: value for name, value in column.params.items() if name not in HIDDEN}
