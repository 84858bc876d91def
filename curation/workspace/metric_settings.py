"""Which metrics run in this workspace, with which model and parameters: kept in the workspace."""

from __future__ import annotations

from dataclasses import replace

import orjson

from curation.common.errors import WinnowError
from curation.common.names import unknown
from curation.workspace import Workspace, imported_metrics, model_prices, score_columns
from curation.workspace.score_columns import Column
from scoring.json_types import JsonObject, JsonValue, Params
from storage import flags, settings

KEY = "metrics"


class ConfigurationError(WinnowError):
    """The setting cannot be made; the message says why."""


def columns(workspace: Workspace) -> dict[str, Column]:
    """Every column as this workspace has it set, and the metrics whose values came from files."""
    prices = model_prices.read(workspace)
    computed = {
        name: replace(column, params=model_prices.filled(prices, column.params))
        for name, column in score_columns.columns(read(workspace)).items()
    }
    imported = {name: metric.column for name, metric in imported_metrics.read(workspace).items()}
    return computed | {name: column for name, column in imported.items() if name not in computed}


def active(workspace: Workspace) -> dict[str, Column]:
    """The columns that a run scores without being asked for, and what they need."""
    return score_columns.active(columns(workspace))


def named(workspace: Workspace, names: list[str]) -> dict[str, Column]:
    """Looks columns up as this workspace has them set, and what they need.

    Args:
        workspace: Open workspace.
        names: Names of columns.

    Returns:
        The columns by name, in the catalog's order.

    Raises:
        KeyError: There is no such column; the message suggests another.
        ConfigurationError: The values of one came from a file and cannot be computed.
    """
    imported = imported_metrics.read(workspace)
    for name in names:
        if name in imported:
            raise ConfigurationError(f"{name} was imported from {imported[name].source} and cannot be computed here.")
    return score_columns.named(names, read(workspace))


def read(workspace: Workspace) -> dict[str, JsonObject]:
    """What was set, by column."""
    return settings.read(workspace.store, KEY, {})


def activate(workspace: Workspace, name: str, active: bool) -> None:
    """Switches a column on or off; its old values stay.

    Args:
        workspace: Open workspace.
        name: The column's name.
        active: Whether runs score it without being asked for.

    Raises:
        ConfigurationError: There is no such column.
    """
    _change(workspace, name, "active", active)


def set_params(workspace: Workspace, name: str, params: Params) -> None:
    """Sets parameters of a column; the next run computes it anew and keeps the old values under their version.

    Args:
        workspace: Open workspace.
        name: The column's name.
        params: All that differ from the defaults; those that are not named get their default again.

    Raises:
        ConfigurationError: There is no such column or parameter, or the value is of another type.
    """
    if name not in score_columns.columns():
        raise ConfigurationError(unknown("metric", name, score_columns.columns()))
    defaults = score_columns.columns()[name].params
    for key, value in params.items():
        if key not in defaults:
            raise ConfigurationError(f"{name}: {unknown('parameter', key, defaults)}")
        default = defaults[key]
        if default is not None and not isinstance(value, _types(default)):
            raise ConfigurationError(f"{key} of {name} is a {type(default).__name__}, not {value!r}.")
    _change(workspace, name, "params", {key: value for key, value in params.items() if value != defaults[key]})


def own_params(workspace: Workspace, name: str) -> JsonObject:
    """Reads what was set for one column.

    Args:
        workspace: Open workspace.
        name: The column's name.

    Returns:
        Parameters by name, without the defaults.
    """
    return dict(read(workspace).get(name, {}).get("params", {}))


def parse(text: str) -> JsonValue:
    """A value as people type it: JSON where it is JSON (3, 0.5, true, null), else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def use_versions(workspace: Workspace) -> None:
    """Notes which version of each metric is in use, so that flags of other versions do not stand beside its own."""
    versions = {name: column.version for name, column in columns(workspace).items() if column.kind != "feature"}
    if flags.versions_in_use(workspace.store) != versions:
        with workspace.store.transaction("scores") as cursor:
            flags.use_versions(cursor, versions)


def _change(workspace: Workspace, name: str, key: str, value: object) -> None:
    if name not in score_columns.columns():
        raise ConfigurationError(unknown("metric", name, score_columns.columns()))
    present = read(workspace)
    present[name] = present.get(name, {}) | {key: value}
    settings.write(workspace.store, KEY, present)
    use_versions(workspace)


def _types(default: object) -> tuple[type, ...]:
    return (int, float) if isinstance(default, float) else (type(default),)
