"""The recipe that this session works on; every change is remembered and can be taken back."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.recipe import Recipe
from curation.views import board

_NOW, _PAST, _EPOCH = "recipe", "recipe_past", "recipe_epoch"
_MOST = 50


def current() -> Recipe:
    """The present recipe: the workspace's draft when the session starts."""
    if _NOW not in st.session_state:
        st.session_state[_NOW] = board.draft(server.current())
        st.session_state[_PAST] = []
    return st.session_state[_NOW]


def change(new: Recipe, *, everywhere: bool = False) -> None:
    """Puts another recipe in place of the present one; `everywhere` says that many widgets show other values now."""
    old = current()
    if new == old:
        return
    st.session_state[_PAST] = [*st.session_state[_PAST][-_MOST:], old]
    st.session_state[_NOW] = new
    if everywhere:
        st.session_state[_EPOCH] = epoch() + 1
    board.keep(server.current(), new)


def epoch() -> int:
    """Part of the widgets' keys: a click made while many values change must not bring the old ones back."""
    return int(st.session_state.get(_EPOCH, 0))


def can_undo() -> bool:
    """True when there is a move to take back."""
    current()
    return bool(st.session_state[_PAST])


def undo() -> None:
    """Takes the last move back."""
    if can_undo():
        *rest, last = st.session_state[_PAST]
        st.session_state[_PAST], st.session_state[_NOW] = rest, last
        st.session_state[_EPOCH] = epoch() + 1
        board.keep(server.current(), last)
