"""Thresholds: cut on metrics and see at once what remains, why, and what lies at the cut."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.recipes.recipe import RecipeError
from curation.views.thresholds import cut_detail, thresholds
from pages.components import (
    empty,
    heavy_drops,
    markup,
    recipe_actions,
    recipe_state,
    scope_bar,
    threshold_board,
    threshold_panels,
)

owner = server.current()


@st.fragment(key="thresholds")
def board() -> None:
    """Everything that a move draws again."""
    recipe_actions.show()
    scope = scope_bar.current()
    scope_bar.show(owner, members=thresholds.members(owner, scope))
    recipe = recipe_state.latest()
    try:
        outcome = thresholds.outcome(owner, recipe, scope)
    except RecipeError as error:
        st.error(markup.plain(error), icon=":material/error:")
        return
    heavy_drops.show(thresholds.heavy_drops(outcome), link=False)
    focus = cut_detail.focus_of(outcome, threshold_board.focus())
    left, right = st.columns([6, 5], gap="medium")
    with left:
        threshold_board.show(outcome, recipe, focus)
    with right:
        threshold_panels.show(outcome, recipe, focus)


if thresholds.count(owner):
    board()
else:
    st.title("Thresholds")
    empty.show_if_empty()
