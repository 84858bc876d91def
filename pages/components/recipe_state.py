"""The recipe that this session works on; every change is remembered, can be taken back and made again."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.recipe import Recipe
from curation.views import board

_NOW, _PAST, _FUTURE = "recipe", "recipe_past", "recipe_future"
_MOST = 50


def current() -> Recipe:
    """The present recipe: the workspace's draft when the session starts."""
    if _NOW not in st.session_state:
        st.session_state[_NOW] = board.draft(server.current())
        st.session_state[_PAST], st.session_state[_FUTURE] = [], []
    return st.session_state[_NOW]


def change(new: Recipe) -> None:
    """Puts another recipe in place of the present one."""
    old = current()
    if new == old:
        return
    past = [*st.session_state[_PAST][-_MOST:], old]
    _put(new)
    st.session_state[_PAST], st.session_state[_FUTURE] = past, []


def can_undo() -> bool:
    """True when there is a move to take back."""
    current()
    return bool(st.session_state[_PAST])


def can_redo() -> bool:
    """True when a move was taken back last."""
    current()
    return bool(st.session_state[_FUTURE])


def undo() -> None:
    """Takes the last move back."""
    _step(_PAST, _FUTURE)


def redo() -> None:
    """Makes the move again that was taken back last."""
    _step(_FUTURE, _PAST)


def _step(source: str, target: str) -> None:
    old = current()
    if st.session_state[source]:
        *rest, last = st.session_state[source]
        others = [*st.session_state[target], old]
        _put(last)
        st.session_state[source], st.session_state[target] = rest, others


def _put(new: Recipe) -> None:
    board.keep(server.current(), new)  # first: a look into the session may end this run
    st.session_state[_NOW] = new
