"""Thresholds: cut on metrics and see at once what remains, why, and what lies at the cut."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import thresholds
from pages.components import empty, recipe_actions, recipe_state, threshold_board

owner = server.current()

st.title("Thresholds")
if not thresholds.count(owner):
    empty.show_if_empty()
    st.stop()


@st.fragment(key="thresholds")
def board() -> None:
    """Everything that a move of a slider draws again."""
    shown = thresholds.view(owner, recipe_state.current())
    recipe_actions.show()
    threshold_board.show(shown, recipe_state.current())


board()
