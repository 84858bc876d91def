"""A dataset's other name: decisions, scores, tags and recipes keep to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.checks import checking
from curation.common.names import UnknownNameError
from curation.decisions import decision_log
from curation.exporting import export
from curation.exporting.export_folder import ExportError
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board
from curation.importing.importer import import_file
from curation.maintenance import history
from curation.maintenance.history import DatasetError
from curation.maintenance.renaming import rename
from curation.recipes import recipe as recipes
from curation.recipes import saved_recipes
from curation.recipes.recipe import Limit, Quota, Recipe
from curation.workspace import Workspace, tags
from curation.workspace.tags import Tags
from storage import samples

Write = Callable[..., Path]


@pytest.fixture
def dataset(workspace: Workspace, llava: Write) -> Workspace:
    """A dataset that is scored, tagged, decided, and named by recipes."""
    import_file(workspace, llava([row(f"What is {n}?", f"It is {n}.", id=str(n)) for n in range(3)]))
    score_all(workspace, "response_length")
    tags.write(workspace, "set", Tags(("mixing",), ("none",)), "ann")
    decision_log.decide(workspace, "ann", "sample", samples.listing(workspace.store)["key"][0], "reject")
    quota = Quota(weights={"set": 2.0}, limits=(Limit("dataset", "set", at_most=2),))
    whole = export_plan.complete_recipe(workspace, build(workspace), Recipe("mine"))
    saved_recipes.save(workspace, "mine", replace(whole, quota=quota), "ann")
    return workspace


def test_rename__everything_keeps_to_the_dataset(dataset: Workspace, tmp_path: Path) -> None:
    saved = saved_recipes.get(dataset, "mine")
    assert saved
    (tmp_path / "r.json").write_bytes(recipes.dumps(saved.recipe))
    assert rename(dataset, "set", " better name ", who="ben") == "better name"
    assert samples.listing(dataset.store)["dataset"].unique().to_list() == ["better name"]
    assert decision_log.standing(dataset, "sample")["verdict"].to_list() == ["reject"]
    tagged = tags.of(dataset, "better name")
    assert tagged
    assert tagged.tags.construction == ("mixing",)
    renamed = saved_recipes.get(dataset, "mine")
    assert renamed
    assert list(renamed.recipe.datasets) == ["better name"] == list(renamed.recipe.quota.weights)
    assert renamed.recipe.quota.limits[0].value == "better name"
    assert checking.find(dataset) == ()
    event = history.newest(dataset)[0]
    assert (event.who, event.dataset, event.act, event.detail) == ("ben", "set", "rename", "better name")

    rename(dataset, "better name", "third", who="ben")
    plan = export_plan.replay(dataset, recipes.load(tmp_path / "r.json"))
    manifest = export.write(dataset, plan, tmp_path / "out", approved=False)
    assert (manifest["samples"], list(manifest["datasets"])) == (2, ["third"])


def test_rename__old_name_is_given_to_another_dataset__a_recipe_means_that_one(
    dataset: Workspace, llava: Write
) -> None:
    saved = saved_recipes.get(dataset, "mine")
    assert saved
    rename(dataset, "set", "first", who="ann")
    import_file(dataset, llava([row("Another?", "Another.")]))
    with pytest.raises(recipes.RecipeError, match="its contents differ"):
        export_plan.replay(dataset, saved.recipe)


def test_rename__while_an_export_is_planned__the_export_says_so_and_loses_no_row(
    dataset: Workspace, tmp_path: Path
) -> None:
    snapshot = build(dataset)
    rename(dataset, "set", "other", who="ann")
    whole = export_plan.complete_recipe(dataset, snapshot, Recipe("all"))
    plan = export_plan.make_plan(dataset, whole, Board(snapshot))
    with pytest.raises(ExportError, match="A dataset was deleted, restored, renamed or changed meanwhile"):
        export.write(dataset, plan, tmp_path / "out", approved=False)


def test_complete_recipe__dataset_came_in_since_the_snapshot__is_not_named(dataset: Workspace, llava: Write) -> None:
    snapshot = build(dataset)
    before = export_plan.complete_recipe(dataset, snapshot, Recipe("all"))
    import_file(dataset, llava([row("Another?", "Another.")], "new.json"))
    assert export_plan.complete_recipe(dataset, snapshot, Recipe("all")) == before
    assert list(before.datasets) == ["set"]


@pytest.mark.parametrize(("name", "why"), [("", "Enter a name"), ("other", "already"), ("a\nb", "one line")])
def test_rename__a_name_that_cannot_be__is_refused(dataset: Workspace, llava: Write, name: str, why: str) -> None:
    import_file(dataset, llava([row("Another?", "Another.")], "other.json"))
    with pytest.raises(DatasetError, match=why):
        rename(dataset, "set", name, who="ann")
    assert history.newest(dataset) == []


def test_rename__unknown_dataset__the_nearest_is_named(dataset: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'set'"):
        rename(dataset, "sett", "x", who="ann")
