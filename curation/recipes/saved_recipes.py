"""Recipes under names, kept in the workspace: saved, renamed and deleted by adding, so that all can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from curation.recipes import recipe
from curation.recipes.recipe import Recipe, RecipeError
from curation.workspace import Workspace
from storage import settings

_KEY = "recipe: "


@dataclass(frozen=True)
class Saved:
    """A recipe under its name, with who saved it."""

    name: str
    recipe: Recipe
    who: str


def listing(workspace: Workspace) -> list[Saved]:
    """The recipes that are not deleted, by name; those of a newer program are left out."""
    found = []
    for key, row in sorted(settings.newest(workspace.store, _KEY).items()):
        saved = None if row["hidden"] else _read(key.removeprefix(_KEY), row)
        if saved:
            found.append(saved)
    return found


def get(workspace: Workspace, name: str) -> Saved | None:
    """The recipe of this name, deleted or not."""
    row = settings.read(workspace.store, _KEY + name)
    return _read(name, row) if row else None


def save(workspace: Workspace, name: str, what: Recipe, who: str) -> Saved:
    """Keeps a recipe under a name; an earlier one of that name stays in the log. Raises RecipeError for a bad name."""
    name = name.strip()
    checked = recipe.loads(recipe.dumps(replace(what, name=name)))
    _write(workspace, name, checked, who, hidden=False)
    return Saved(name, checked, who)


def rename(workspace: Workspace, old: str, new: str, who: str) -> Saved:
    """Puts a recipe under another name. Raises RecipeError when that is taken or no name, or the old is unknown."""
    saved = get(workspace, old)
    if saved is None:
        raise RecipeError(f"There is no recipe {old!r}.")
    if new.strip() in {one.name for one in listing(workspace)}:
        raise RecipeError(f"There is a recipe {new.strip()!r} already.")
    renamed = save(workspace, new, saved.recipe, who)
    _write(workspace, old, saved.recipe, who, hidden=True)
    return renamed


def delete(workspace: Workspace, name: str, who: str) -> None:
    """Hides a recipe; `restore` brings it back."""
    _hide(workspace, name, who, hidden=True)


def restore(workspace: Workspace, name: str, who: str) -> None:
    """Brings a deleted recipe back."""
    _hide(workspace, name, who, hidden=False)


def _hide(workspace: Workspace, name: str, who: str, *, hidden: bool) -> None:
    saved = get(workspace, name)
    if saved is not None:
        _write(workspace, name, saved.recipe, who, hidden=hidden)


def _write(workspace: Workspace, name: str, what: Recipe, who: str, *, hidden: bool) -> None:
    row = {"recipe": recipe.dumps(what).decode(), "who": who, "hidden": hidden}
    settings.write(workspace.store, _KEY + name, row)


def _read(name: str, row: dict[str, str]) -> Saved | None:
    try:
        return Saved(name, recipe.loads(row["recipe"].encode()), row["who"])
    except RecipeError:
        return None
