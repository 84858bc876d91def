"""Recipes under names: save the draft, load, rename, delete, compare two, and recipe files."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.app import server
from curation.app.scope import Scope
from curation.common.counts import counted
from curation.recipes import saved_recipes
from curation.recipes.recipe import Recipe, RecipeError
from curation.recipes.saved_recipes import SavedRecipe
from curation.views.thresholds import recipes
from curation.views.thresholds.recipes import DRAFT, RecipeComparison
from pages.components import cut_examples, drafts, markup, person, recipe_state, storing

_NAME, _DELETED, _NOTES = "recipe_name", "recipe_deleted", "recipe_notes"


def show(draft: Recipe, scope: Scope) -> None:
    """Draws everything that stores, loads and compares recipes.

    Args:
        draft: The page's recipe.
        scope: Samples over which recipes are compared.
    """
    saved = recipes.listing(server.current())
    _save(draft)
    for recipe in saved:
        _saved(recipe)
    _deleted()
    _files(draft)
    if saved:
        _compare([DRAFT, *(recipe.name for recipe in saved)], draft, scope)
    else:
        st.caption("No recipe is saved yet. Save the draft under a name, change it, and compare the two here.")


def _save(draft: Recipe) -> None:
    with st.form("save_recipe", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save the draft as", key=_NAME, max_chars=80, placeholder=draft.name)
        st.form_submit_button("Save", icon=":material/save:", on_click=_save_pressed)
    drafts.field(_NAME)
    _problem()


@storing.safely
def _save_pressed() -> None:
    name = str(st.session_state[_NAME]).strip() or recipe_state.current().name
    _try(lambda: saved_recipes.save(server.current().workspace, name, recipe_state.current(), person.name()))
    drafts.fields_saved(_NAME)


def _saved(recipe: SavedRecipe) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        cuts = counted(len(recipe.recipe.cuts), "threshold")
        markup.show(
            f'<b>{markup.safe(recipe.name)}</b> <span class="w-soft">{cuts}, saved by {markup.safe(recipe.who)}</span>'
        )
        st.button(
            "Load",
            key=f"load-{recipe.name}",
            on_click=storing.safely(recipe_state.change),
            args=(recipes.as_draft(recipe.recipe),),
        )
        with st.popover("Rename"):
            key = f"rename-{recipe.name}"
            st.text_input("New name", key=key, max_chars=80, on_change=_renamed, args=(recipe.name, key))
            drafts.field(key, commits=False)
        st.button("Delete", key=f"delete-{recipe.name}", on_click=_delete, args=(recipe.name,))


@storing.safely
def _renamed(old: str, key: str) -> None:
    new = str(st.session_state[key])
    _try(lambda: saved_recipes.rename(server.current().workspace, old, new, person.name()))
    drafts.fields_saved(key)


@storing.safely
def _delete(name: str) -> None:
    saved_recipes.delete(server.current().workspace, name, person.name())
    st.session_state[_DELETED] = name


def _deleted() -> None:
    name = st.session_state.get(_DELETED)
    if name:
        with st.container(horizontal=True, vertical_alignment="center"):
            markup.show(f'<span class="w-soft">{markup.safe(name)} is deleted.</span>')
            st.button("Bring it back", key="restore_recipe", icon=":material/undo:", on_click=_restore, args=(name,))


@storing.safely
def _restore(name: str) -> None:
    saved_recipes.restore(server.current().workspace, name, person.name())
    st.session_state[_DELETED] = None


def _files(draft: Recipe) -> None:
    owner = server.current()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the draft",
            lambda: recipes.write_file(owner, draft),
            file_name="recipe.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.popover("Open a recipe file", icon=":material/upload:"):
            st.file_uploader("Recipe file", type="json", key="recipe_file", on_change=_uploaded)
    for note in st.session_state.get(_NOTES, ()):
        st.info(markup.plain(note), icon=":material/info:")


@storing.safely
def _uploaded() -> None:
    file = st.session_state["recipe_file"]
    if file is None:
        return

    def read() -> None:
        draft, notes = recipes.read_file(server.current(), file.getvalue())
        recipe_state.change(draft)
        st.session_state[_NOTES] = ["The file is the draft now; Undo takes it back.", *notes]

    _try(read)


def _compare(names: list[str], draft: Recipe, scope: Scope) -> None:
    owner = server.current()
    st.markdown("**Compare**")
    left, right = st.columns(2)
    first_name = left.selectbox("First recipe", names, key="compare_first")
    second_name = right.selectbox("Second recipe", names, index=1, key="compare_second")
    if first_name == second_name:
        st.caption("Choose two different recipes.")
        return
    try:
        first, second = (recipes.by_name(owner, name, draft) for name in (first_name, second_name))
        _comparison(recipes.compare(owner, first, second, scope), (first_name, second_name))
    except RecipeError as error:
        st.error(markup.plain(error))


def _comparison(comparison: RecipeComparison, names: tuple[str, str]) -> None:
    rows = [
        (f"Remain in {markup.safe(name)}", f"{number:,}")
        for name, number in zip(names, comparison.remaining, strict=True)
    ]
    rows += [
        (f"Only in {markup.safe(name)}", f"{number:,}") for name, number in zip(names, comparison.only, strict=True)
    ]
    rows += [("In both", f"{comparison.both:,}"), ("In neither", f"{comparison.neither:,}")]
    markup.show(markup.table(("Samples", ""), rows, right=(1,)))
    if comparison.differences:
        lines = "".join(f"<li>{markup.safe(line)}</li>" for line in comparison.differences[:40])
        markup.show(f'<ul class="w-soft" style="margin:.3rem 0;padding-left:1.1rem">{lines}</ul>')
    else:
        st.caption("Their settings are the same.")
    for name, examples in zip(names, comparison.examples, strict=True):
        cut_examples.row(f"Only in {name}, with what drops them in the other", examples)


def _try(act: Callable[[], object]) -> None:
    """Does it, or keeps the reason why not for the next drawing."""
    st.session_state["recipe_problem"] = None
    st.session_state[_NOTES] = ()
    try:
        act()
    except RecipeError as error:
        st.session_state["recipe_problem"] = str(error)


def _problem() -> None:
    if st.session_state.get("recipe_problem"):
        st.error(markup.plain(st.session_state["recipe_problem"]), icon=":material/error:")
