"""What can be done to the recipe as a whole: suggested cuts, none, undo, redo."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import board, server
from pages.components import keys, recipe_state, storing


def show() -> None:
    """The title of the page with its buttons."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.title("Thresholds", width="stretch")
        st.button("Suggested cuts", icon=":material/auto_fix_high:", on_click=_suggested)
        st.button("No cuts", icon=":material/restart_alt:", on_click=_none)
        st.button(
            "Undo",
            icon=":material/undo:",
            shortcut="U",
            disabled=not recipe_state.can_undo(),
            on_click=recipe_state.undo,
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            shortcut="Shift+U",
            disabled=not recipe_state.can_redo(),
            on_click=recipe_state.redo,
        )
        keys.show(keys.THRESHOLDS)
    recipe_state.show_conflicts()


@storing.safely
def _suggested() -> None:
    recipe_state.change(board.with_suggested_cuts(server.current(), recipe_state.current()))


@storing.safely
def _none() -> None:
    recipe_state.change(replace(recipe_state.current(), cuts=()))
