"""Recipes under names, kept in the workspace: saved, renamed and deleted by adding, so that all can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from curation.recipes import recipe
from curation.recipes.recipe import Recipe, RecipeError
from curation.workspace import Workspace
from storage import settings

_KEY = "recipe: "


@dataclass(frozen=True)
class SavedRecipe:
    """A recipe under its name, with who saved it."""

    name: str
    recipe: Recipe
    who: str


def listing(workspace: Workspace) -> list[SavedRecipe]:
    """The recipes that are not deleted, by name; those of a newer program are left out."""
    listed = []
    for key, row in sorted(settings.newest(workspace.store, _KEY).items()):
        saved = None if row["hidden"] else _read(key.removeprefix(_KEY), row)
        if saved:
            listed.append(saved)
    return listed


def get(workspace: Workspace, name: str) -> SavedRecipe | None:
    """Reads the recipe of a name, deleted or not.

    Args:
        workspace: Open workspace.
        name: The recipe's name.

    Returns:
        The newest one; None where there never was one, or where it cannot be read.
    """
    row = settings.read(workspace.store, _KEY + name)
    return _read(name, row) if row else None


def save(workspace: Workspace, name: str, new_recipe: Recipe, who: str) -> SavedRecipe:
    """Keeps a recipe under a name; an earlier one of that name stays in the log.

    Args:
        workspace: Open workspace.
        name: The name; white space around it goes.
        new_recipe: The recipe, whatever it is called itself.
        who: The person who saves it.

    Returns:
        The recipe under its name.

    Raises:
        RecipeError: The name cannot be one.
    """
    name = name.strip()
    checked = recipe.loads(recipe.dumps(replace(new_recipe, name=name)))
    _write(workspace, name, checked, who, hidden=False)
    return SavedRecipe(name, checked, who)


def rename(workspace: Workspace, old: str, new: str, who: str) -> SavedRecipe:
    """Puts a recipe under another name.

    Args:
        workspace: Open workspace.
        old: The present name.
        new: The new name.
        who: The person who renames it.

    Returns:
        The recipe under its new name.

    Raises:
        RecipeError: The old name is unknown, or the new one is taken or cannot be one.
    """
    saved = get(workspace, old)
    if saved is None:
        raise RecipeError(f"There is no recipe {old!r}.")
    if new.strip() in {other.name for other in listing(workspace)}:
        raise RecipeError(f"There is a recipe {new.strip()!r} already.")
    renamed = save(workspace, new, saved.recipe, who)
    _write(workspace, old, saved.recipe, who, hidden=True)
    return renamed


def delete(workspace: Workspace, name: str, who: str) -> None:
    """Hides a recipe; `restore` brings it back.

    Args:
        workspace: Open workspace.
        name: The recipe's name; an unknown one changes nothing.
        who: The person who deletes it.
    """
    _hide(workspace, name, who, hidden=True)


def restore(workspace: Workspace, name: str, who: str) -> None:
    """Brings a deleted recipe back.

    Args:
        workspace: Open workspace.
        name: The recipe's name; an unknown one changes nothing.
        who: The person who restores it.
    """
    _hide(workspace, name, who, hidden=False)


def renaming(workspace: Workspace, names: Mapping[str, str]) -> dict[str, object]:
    """Puts other names of datasets into the recipes, deleted ones too.

    Args:
        workspace: Open workspace.
        names: New names of datasets by their present ones.

    Returns:
        The settings that change, by key; they are not written yet.
    """
    changed: dict[str, object] = {}
    for key, row in settings.newest(workspace.store, _KEY).items():
        saved = _read(key.removeprefix(_KEY), row)
        if saved and (renamed := recipe.with_datasets(saved.recipe, names)) != saved.recipe:
            changed[key] = row | {"recipe": recipe.dumps(renamed).decode()}
    return changed


def _hide(workspace: Workspace, name: str, who: str, *, hidden: bool) -> None:
    saved = get(workspace, name)
    if saved is not None:
        _write(workspace, name, saved.recipe, who, hidden=hidden)


def _write(workspace: Workspace, name: str, new_recipe: Recipe, who: str, *, hidden: bool) -> None:
    row = {"recipe": recipe.dumps(new_recipe).decode(), "who": who, "hidden": hidden}
    settings.write(workspace.store, _KEY + name, row)


def _read(name: str, row: dict[str, str]) -> SavedRecipe | None:
    try:
        return SavedRecipe(name, recipe.loads(row["recipe"].encode()), row["who"])
    except RecipeError:
        return None
