"""Saved views: filters, order and look of the browse page under a name, for everybody who works in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from curation.app import scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.common.errors import WinnowError
from storage import settings

SETTING = "browse views"
"""The setting that holds the views by name."""
MOST_VIEWS, LONGEST_NAME = 100, 60


class ViewError(WinnowError):
    """The view cannot be saved; the message says why."""


@dataclass(frozen=True)
class SavedView:
    """A view; `params` are its filters as an address names them."""

    name: str
    params: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    view: str = "grid"
    size: int = 180
    who: str = ""

    @property
    def scope(self) -> Scope:
        """Its filters."""
        return scope.from_params(self.params)


def listing(server: Server) -> list[SavedView]:
    """All views by name."""
    stored: dict[str, dict[str, Any]] = settings.read(server.workspace.store, SETTING, {})
    return [SavedView(name, **values) for name, values in sorted(stored.items(), key=lambda pair: pair[0].lower())]


def save(server: Server, view: SavedView) -> None:
    """Saves a view; one of the same name gives way.

    Args:
        server: Its workspace keeps the view.
        view: The view.

    Raises:
        ViewError: It has no name, or there are too many views.
    """
    name = " ".join(view.name.split())[:LONGEST_NAME]
    if not name:
        raise ViewError("Enter a name for the view.")
    values = asdict(view)
    del values["name"]

    def change(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        views = dict(stored[SETTING] or {})
        if name not in views and len(views) >= MOST_VIEWS:
            raise ViewError(f"There are {MOST_VIEWS} views. Delete one before you save another.")
        return {SETTING: views | {name: values}}

    settings.update(server.workspace.store, [SETTING], change)


def delete(server: Server, name: str) -> None:
    """Deletes a view; nothing happens where there is none of that name."""

    def change(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        return {SETTING: {other: values for other, values in (stored[SETTING] or {}).items() if other != name}}

    settings.update(server.workspace.store, [SETTING], change)
