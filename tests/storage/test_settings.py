"""Small things that a workspace remembers: the newest value counts, and earlier ones do not pile up."""

from __future__ import annotations

from curation.recipes import draft
from curation.recipes.recipe import Cut, Recipe
from curation.workspace import Workspace, open_workspace
from storage import settings


def _rows(workspace: Workspace) -> list[tuple[str, int]]:
    return [
        (str(key), int(count)) for key, count in workspace.store.rows("SELECT key, count(*) FROM setting GROUP BY 1")
    ]


def test_write__of_a_key_keeps_its_newest_value_only_and_leaves_others_alone(workspace: Workspace) -> None:
    settings.write(workspace.store, "b", "other")
    for number in range(20):
        settings.write(workspace.store, "a", number)
    assert settings.read(workspace.store, "a") == 19
    assert settings.read(workspace.store, "b") == "other"
    assert sorted(_rows(workspace)) == [("a", 1), ("b", 1)]


def test_write__a_key_with_many_values_of_an_earlier_version_is_tidied(workspace: Workspace) -> None:
    with workspace.store.transaction("a") as cursor:
        cursor.execute("INSERT INTO setting SELECT 'a', range::VARCHAR, now()::TIMESTAMP, range FROM range(1, 500)")
    assert settings.read(workspace.store, "a") == 499
    settings.write(workspace.store, "a", 500)
    assert settings.read(workspace.store, "a") == 500
    assert _rows(workspace) == [("a", 1)]


def test_draft__changed_many_times__stays_small_and_its_steps_are_taken_back_after_a_reload(
    workspace: Workspace,
) -> None:
    seen = Recipe()
    for number in range(3 * draft.MOST_STEPS):
        new = Recipe(cuts=(Cut("granularity", number / 10, None),))
        seen = draft.change(workspace, "ann", [seen], new, Recipe()).recipe
    size = int(workspace.store.one("SELECT sum(strlen(value)) FROM setting"))
    assert len(_rows(workspace)) == 2
    assert size < 64 * 1024
    folder = workspace.folder
    workspace.close()
    again = open_workspace(folder)
    try:
        undone = draft.undo(again, "ann", Recipe()).recipe
        assert undone.cuts == (Cut("granularity", (3 * draft.MOST_STEPS - 2) / 10, None),)
        assert len(draft.history(again, "ann").past) == draft.MOST_STEPS - 1
    finally:
        again.close()
