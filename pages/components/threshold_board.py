"""The board of metrics, cuts and the funnel: one component that asks the app's route while a handle moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from curation.app import scope
from curation.filtering.thresholds import RecipeOutcome
from curation.recipes.recipe import Recipe
from curation.views.messages.board import BoardData
from curation.views.thresholds import thresholds
from curation.views.thresholds.cut_detail import Focus
from curation.workspace import NotStoredError
from pages.components import frontend, recipe_state, scope_bar, storing

_KEY, _FOCUS, _SEQ = "threshold_board", "threshold_focus", "threshold_seq"


def show(outcome: RecipeOutcome, recipe: Recipe, focus: Focus) -> None:
    """Draws the board; a move changes the session's recipe.

    Args:
        outcome: What the recipe does.
        recipe: The draft.
        focus: The filter that stands out.
    """
    data: BoardData = {
        **thresholds.state(outcome, recipe),
        "seq": st.session_state.get(_SEQ, 0),
        "focus": {"kind": focus.kind, "name": focus.name},
        "scope": scope.to_params(scope_bar.current()),
    }
    frontend.component("thresholds")(key=_KEY, data=data, on_said_change=_hear)


def focus() -> Focus:
    """The filter that was looked at or moved last."""
    return st.session_state.get(_FOCUS, Focus())


def look_at(new: Focus) -> None:
    """Puts a filter in focus."""
    st.session_state[_FOCUS] = new


def take(message: Mapping[str, Any]) -> None:
    """What the board says after a move: its cuts, flags, focus, which message this is, and what it showed before.

    A move that cannot be stored now is not acknowledged: the board says it again.
    """
    present = recipe_state.current()
    seen = [thresholds.moved(present, earlier) for earlier in message.get("trail") or ()]
    try:
        recipe_state.change(thresholds.moved(present, message), seen)
    except NotStoredError as error:
        storing.refused(error)
        return
    look_at(Focus(str(message["focus"]["kind"]), str(message["focus"]["name"])))
    st.session_state[_SEQ] = int(message["seq"])  # last: the board forgets what is acknowledged


def _hear() -> None:
    message = st.session_state[_KEY].said
    if message:
        take(message)
