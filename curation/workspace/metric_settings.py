"""Which metrics run in this workspace, with which model and parameters: kept in the workspace."""

from __future__ import annotations

from typing import Any

import orjson

from curation.common.names import unknown
from curation.workspace import Workspace, score_columns
from curation.workspace.score_columns import Column
from storage import settings

KEY = "metrics"


class ConfigurationError(Exception):
    """The setting cannot be made; the message says why."""


def columns(workspace: Workspace) -> dict[str, Column]:
    """Every column as this workspace has it set."""
    return score_columns.columns(read(workspace))


def active(workspace: Workspace) -> dict[str, Column]:
    """The columns that a run scores without being asked for, and what they need."""
    return score_columns.active(columns(workspace))


def named(workspace: Workspace, names: list[str]) -> dict[str, Column]:
    """These columns as this workspace has them set, and what they need. Raises KeyError for an unknown name."""
    return score_columns.named(names, read(workspace))


def read(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """What was set, by column."""
    return settings.read(workspace.store, KEY, {})


def activate(workspace: Workspace, name: str, active: bool) -> None:
    """Switches a column on or off; its old values stay."""
    _change(workspace, name, "active", active)


def set_params(workspace: Workspace, name: str, params: dict[str, Any]) -> None:
    """Sets parameters of a column; the next run computes it anew and keeps the old values under their version.

    Raises ConfigurationError for a parameter that the column does not have or a value of another type.
    """
    if name not in score_columns.columns():
        raise ConfigurationError(unknown("metric", name, score_columns.columns()))
    known = score_columns.columns()[name].params
    for key, value in params.items():
        if key not in known:
            raise ConfigurationError(f"{name}: {unknown('parameter', key, known)}")
        default = known[key]
        if default is not None and not isinstance(value, _types(default)):
            raise ConfigurationError(f"{key} of {name} is a {type(default).__name__}, not {value!r}.")
    _change(workspace, name, "params", {key: value for key, value in params.items() if value != known[key]})


def own_params(workspace: Workspace, name: str) -> dict[str, Any]:
    """What was set for one column, without the defaults."""
    return dict(read(workspace).get(name, {}).get("params", {}))


def parse(text: str) -> Any:
    """A value as people type it: JSON where it is JSON (3, 0.5, true, null), else the text itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _change(workspace: Workspace, name: str, key: str, value: Any) -> None:
    if name not in score_columns.columns():
        raise ConfigurationError(unknown("metric", name, score_columns.columns()))
    present = read(workspace)
    present[name] = present.get(name, {}) | {key: value}
    settings.write(workspace.store, KEY, present)


def _types(default: Any) -> tuple[type, ...]:
    return (int, float) if isinstance(default, float) else (type(default),)
