"""The thresholds page: what the board says changes the recipe, and can be taken back; panels tell what came of it."""

import polars as pl
import pytest

from curation.app import board
from curation.app.scope import Scope
from curation.recipes import saved_recipes
from curation.recipes.recipe import Cut, Recipe, RecipeError, dumps
from curation.views.thresholds import cut_detail, recipes, thresholds
from curation.views.thresholds.cut_detail import Focus
from curation.workspace import metric_settings
from scoring.shard import SCORE_SCHEMA
from storage import runs

SHARP = Cut("sharpness", low=0.6)


VALUES = {
    "sharpness": ("image", [0.1, 0.5, 0.7, 0.9]),
    "response_length": ("turn", [10.0, 5.0, 9.0, 0.0, 2.0, 1.0]),
}


@pytest.fixture
def ready(filled):
    """The tiny set with a score per picture and per turn."""
    for metric, (subject, numbers) in VALUES.items():
        version = metric_settings.columns(filled.workspace)[metric].version
        rows = [(subject, at, metric, version, value, None, None, 1) for at, value in enumerate(numbers)]
        scores = pl.DataFrame(rows, SCORE_SCHEMA, orient="row")
        runs.ingest(filled.workspace.store, metric, 1, {"scores": scores})
    return filled


def _press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def _open(app, panel):
    app.session_state["threshold_panel"] = panel
    return app.run()


def test_nothing_scored__board_has_no_metric(filled, visit):
    visit("thresholds")
    assert thresholds.state(thresholds.outcome(filled, Recipe()), Recipe())["metrics"] == []


def test_suggested_none_undo_redo__each_is_kept_as_the_draft(ready, visit):
    app = visit("thresholds")
    assert app.session_state["recipe"].cuts == ()
    _press(app, "Suggested cuts")
    suggested = app.session_state["recipe"]
    assert suggested.cuts
    _press(app, "No cuts")
    assert app.session_state["recipe"].cuts == ()
    _press(app, "Undo")
    assert app.session_state["recipe"] == suggested
    _press(app, "Redo")
    assert app.session_state["recipe"].cuts == () == board.draft(ready).cuts
    _press(app, "Suggested cuts")
    assert app.session_state["recipe"].cuts == suggested.cuts


@pytest.mark.parametrize("page", ["thresholds", "overview", "export"])
def test_filters_that_drop_much_of_a_dataset__each_page_says_so_first(ready, visit, page):
    board.keep(ready, Recipe())
    assert not any("drop more than 5" in warning.value for warning in visit(page).warning)
    board.keep(ready, Recipe(cuts=(SHARP,)))
    first = visit(page).warning[0].value
    assert "drop more than 5 % of" in first
    assert "Sharpness 2" in first


def test_moved__cuts_and_flags_in_the_boards_order(ready):
    cuts = [{"metric": "sharpness", "low": 0.6, "high": None}, {"metric": "exposure", "low": None, "high": None}]
    changed = thresholds.moved(Recipe(seed=3), {"cuts": cuts, "flags": ["refusal", "duplicate"]})
    assert changed == Recipe(seed=3, cuts=(SHARP,), drop_flags=("refusal", "duplicate"))


def test_state__says_what_a_fresh_evaluation_says(ready):
    recipe = Recipe(cuts=(SHARP,), drop_flags=("empty_response",))
    found = thresholds.outcome(ready, recipe)
    shown = thresholds.state(found, recipe)
    assert shown["counts"] == thresholds.evaluate(ready, recipe)
    assert 0 < shown["counts"]["remaining"] < shown["counts"]["total"]
    assert [step["title"] for step in shown["counts"]["funnel"]] == ["Empty response", "Sharpness"]
    sharpness = next(one for one in shown["metrics"] if one["name"] == "sharpness")
    assert sum(sharpness["counts"]) + sharpness["missing"] == found.total
    assert {"kind": "empty_response", "title": "Empty response", "count": 1} in shown["kinds"]


def test_scope__narrows_what_is_counted(ready, visit, seen):
    scope = Scope(words="cat")
    assert thresholds.outcome(ready, Recipe(), scope).total == 1
    assert "<b>1</b> sample" in seen(visit("thresholds", words="cat"))


def test_examples_panel__nearest_on_both_sides_with_reasons(ready, visit, seen):
    board.keep(ready, Recipe(cuts=(SHARP,)))
    text = seen(visit("thresholds"))
    assert "Just inside" in text
    assert "Just outside" in text
    assert "Dropped by: Sharpness" in text
    assert "/review?sample=" in text


def test_only_by__leaves_out_what_another_filter_drops_too(ready):
    recipe = Recipe(cuts=(SHARP, Cut("response_length", low=5.0)))
    found = thresholds.outcome(ready, recipe)
    rows = cut_detail.examples(ready, found, recipe, Focus("threshold", "response_length"))
    only = next(examples for title, examples in rows if "only it drops" in title)
    assert only
    assert {one.reasons for one in only} == {("Response length",)}


def test_quality_panel__says_what_is_missing__a_suggestion_is_applied_by_one_click(ready, visit, seen):
    board.keep(ready, Recipe(cuts=(SHARP,)))
    app = _open(visit("thresholds"), "Quality")
    text = seen(app)
    assert "anything from 0 to 100 %" in text
    assert "Needs 20 decided samples with a value; there are 0." in text
    _press(app, "Built in")
    assert app.session_state["recipe"].cuts == (Cut("sharpness", low=0.2),)


@pytest.mark.parametrize("panel", ["Side effects", "Overlap"])
def test_panel__is_drawn(ready, visit, seen, panel):
    board.keep(ready, Recipe(cuts=(SHARP, Cut("response_length", low=3.0))))
    text = seen(_open(visit("thresholds"), panel))
    assert ("Its share" in text) == (panel == "Side effects")
    assert ("fail both" in text) == (panel == "Overlap")


def test_recipes_panel__save_compare_delete_and_bring_back(ready, visit, seen):
    board.keep(ready, Recipe(cuts=(SHARP,)))
    app = _open(visit("thresholds"), "Recipes")
    assert "No recipe is saved yet" in seen(app)
    app.text_input(key="recipe_name").set_value("sharp")
    _press(app, "Save")
    _press(app, "No cuts")
    text = seen(app)
    assert "Sharpness: no cut → at least 0.6" in text
    assert "Only in the draft" in text
    _press(app, "Delete")
    assert recipes.listing(ready) == []
    _press(app, "Bring it back")
    _press(app, "Load")
    assert app.session_state["recipe"].cuts == (SHARP,)


def test_recipes_panel__bad_name_is_said(ready, visit, seen):
    app = _open(visit("thresholds"), "Recipes")
    app.text_input(key="recipe_name").set_value("<b>")
    _press(app, "Save")
    assert any("no name for a split" in one.value for one in app.error)


def test_compare__counts_add_up(ready):
    found = recipes.compare(ready, Recipe(cuts=(SHARP,)), Recipe(cuts=(Cut("response_length", low=3.0),)))
    assert found.both + found.neither + sum(found.only) == 6
    assert found.remaining == (found.both + found.only[0], found.both + found.only[1])
    assert [len(side) for side in found.examples] == list(found.only)
    assert all(one.reasons == ("Response length",) for one in found.examples[0])


def test_recipe_file__comes_back_as_the_draft__what_is_unknown_is_said(ready):
    draft = Recipe(cuts=(SHARP,), drop_flags=("refusal",))
    data = recipes.write_file(ready, draft)
    assert recipes.read_file(ready, data)[0] == draft
    strange = Recipe(cuts=(SHARP, Cut("nothing", low=1.0)))
    read, notes = recipes.read_file(ready, dumps(strange))
    assert read.cuts == (SHARP,)
    assert "nothing" in notes[0]


def test_recipe_with_too_many_filters__is_refused_in_words(ready, visit, monkeypatch):
    monkeypatch.setattr("curation.filtering.thresholds.MOST_FILTERS", 0)
    board.keep(ready, Recipe(cuts=(SHARP,)))
    app = visit("thresholds")
    assert any("1 filters, and at most 0" in one.value for one in app.error)
    with pytest.raises(RecipeError):
        thresholds.evaluate(ready, Recipe(cuts=(SHARP,)))


def test_renamed_recipe__keeps_its_cuts(ready):
    saved_recipes.save(ready.workspace, "one", Recipe(cuts=(SHARP,)), "ann")
    saved_recipes.rename(ready.workspace, "one", "two", "ann")
    assert recipes.by_name(ready, "two", Recipe()).cuts == (SHARP,)
    assert recipes.by_name(ready, recipes.DRAFT, Recipe(seed=9)) == Recipe(seed=9)
