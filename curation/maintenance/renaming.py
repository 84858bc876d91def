"""Gives a dataset another name; decisions, scores, tags and recipes keep to it."""

from __future__ import annotations

from curation.maintenance import history
from curation.maintenance.history import DatasetError
from curation.recipes import draft, saved_recipes
from curation.workspace import Workspace
from storage import dataset_events, datasets, removals, settings

LONGEST_NAME = 200


def rename(workspace: Workspace, old: str, new: str, *, who: str) -> str:
    """Renames a dataset, also in the draft and in saved recipes; recipe files with the old name still replay.

    Args:
        workspace: Open workspace.
        old: The present name.
        new: The new name; white space around it goes.
        who: The person who renames it.

    Returns:
        The new name.

    Raises:
        UnknownNameError: There is no dataset of the old name.
        DatasetError: The new name is empty, too long or taken.
    """
    new = checked_name(new)
    with workspace.store.adding:
        dataset = history.complete(workspace, old)
        if new == old:
            return new
        if datasets.by_name(workspace.store, new):
            raise DatasetError(f"There is a dataset {new!r} already.")
        with workspace.store.transaction("samples", removals.NUMBERS, draft.DRAFT) as cursor:
            rewritten = {**draft.renaming(workspace, {old: new}), **saved_recipes.renaming(workspace, {old: new})}
            datasets.rename(cursor, dataset["dataset_no"], new)
            for key, value in rewritten.items():
                settings.append(cursor, key, value)
            dataset_events.add(cursor, who, old, dataset_events.RENAME, new)
    return new


def checked_name(name: str) -> str:
    """Checks what a person wants to call a dataset.

    Args:
        name: As typed.

    Returns:
        The name without white space around it.

    Raises:
        DatasetError: It is empty, longer than LONGEST_NAME characters, or not one line.
    """
    name = name.strip()
    if not name:
        raise DatasetError("Enter a name for the dataset.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise DatasetError(f"A dataset's name is one line of up to {LONGEST_NAME} characters.")
    return name
