"""Named recipes: everything that is done to them can be taken back."""

from __future__ import annotations

import pytest

from curation.recipes import saved_recipes
from curation.recipes.recipe import Cut, Recipe, RecipeError
from curation.workspace import Workspace

STRICT = Recipe(cuts=(Cut("sharpness", low=0.5),))


def _names(workspace: Workspace) -> list[str]:
    return [one.name for one in saved_recipes.listing(workspace)]


def test_save__again_under_the_same_name__replaces_it(workspace: Workspace) -> None:
    saved_recipes.save(workspace, " strict ", Recipe(), "ann")
    saved_recipes.save(workspace, "strict", STRICT, "ben")
    (saved,) = saved_recipes.listing(workspace)
    assert (saved.name, saved.who, saved.recipe.cuts, saved.recipe.name) == ("strict", "ben", STRICT.cuts, "strict")


def test_delete__hides__restore_brings_back(workspace: Workspace) -> None:
    saved_recipes.save(workspace, "strict", STRICT, "ann")
    saved_recipes.delete(workspace, "strict", "ann")
    assert _names(workspace) == []
    saved_recipes.restore(workspace, "strict", "ann")
    assert saved_recipes.listing(workspace)[0].recipe.cuts == STRICT.cuts


def test_rename__moves_it__a_taken_name_is_refused(workspace: Workspace) -> None:
    saved_recipes.save(workspace, "strict", STRICT, "ann")
    saved_recipes.save(workspace, "loose", Recipe(), "ann")
    with pytest.raises(RecipeError, match="already"):
        saved_recipes.rename(workspace, "strict", "loose", "ann")
    saved_recipes.rename(workspace, "strict", "sharp", "ann")
    assert _names(workspace) == ["loose", "sharp"]
    with pytest.raises(RecipeError, match="no recipe"):
        saved_recipes.rename(workspace, "nothing", "else", "ann")


@pytest.mark.parametrize("name", ["", "../up", "<b>"])
def test_save__bad_name__is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(RecipeError, match="no name for a split"):
        saved_recipes.save(workspace, name, STRICT, "ann")
    assert _names(workspace) == []
