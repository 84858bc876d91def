"""A select box for each role that a column may have, beside the rows; the guess is there until somebody changes it."""

from __future__ import annotations

import streamlit as st

from curation.previewing.preview import ImportPreview
from curation.views.ingest.previews import ROLES, PreviewView
from pages.components import markup

_FIRST = ("instruction", "response", "image", "messages")
"""Roles that are always in sight."""
NONE = "none"
_KEY = "map_"
_SELECTED = "mapped_columns"


def columns(preview: ImportPreview) -> dict[str, str]:
    """The column of each role as it is chosen, "" for none; by the guess at first.

    Args:
        preview: A preview of the rows, with their columns and the guess.
    """
    state = st.session_state
    selected: dict[str, str] = state.setdefault(_SELECTED, dict(preview.guessed))
    for role in ROLES:
        if f"{_KEY}{role}" in state:
            selected[role] = "" if state[f"{_KEY}{role}"] == NONE else state[f"{_KEY}{role}"]
    return dict(selected)


def selection() -> dict[str, str]:
    """The columns that are chosen now."""
    return dict(st.session_state.get(_SELECTED, {}))


def forget() -> None:
    """Forgets what was chosen for another file."""
    for key in [_SELECTED, *(f"{_KEY}{role}" for role in ROLES)]:
        st.session_state.pop(key, None)


def show(view: PreviewView, preview: ImportPreview) -> None:
    """Draws the select boxes.

    Args:
        view: Whether a conversation comes of the columns.
        preview: Its columns and the guess.
    """
    st.markdown("**Which columns hold what?**")
    origin = (
        "As an earlier import of the same columns had it." if preview.remembered else "A guess by names and values."
    )
    st.caption(f"{origin} Check it against the rows; nothing is imported until you press Import.")
    for role in _FIRST:
        _select(role, preview)
    others = [role for role in ROLES if role not in _FIRST]
    with st.expander("More roles", expanded=any(preview.guessed.get(role) for role in others)):
        for role in others:
            _select(role, preview)
    if not view.mapping:
        st.caption(f":material/info: {markup.plain(preview.problem)}")


def _select(role: str, preview: ImportPreview) -> None:
    options = [NONE, *preview.columns]
    selected = selection().get(role, "")
    st.selectbox(
        ROLES[role], options, index=options.index(selected) if selected in options else 0, key=f"{_KEY}{role}",
    )  # fmt: skip
