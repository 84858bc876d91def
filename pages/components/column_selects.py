"""A select box for each role that a column may have, beside the rows; the guess is there until somebody changes it."""

from __future__ import annotations

import streamlit as st

from curation.previewing.preview import ImportPreview
from curation.views.ingest import ingest, previews
from curation.views.ingest.previews import ROLES, PreviewView
from pages.components import markup, storing

_FIRST = ("instruction", "response", "image", "messages")
"""Roles that are always in sight."""
NONE = "none"
_KEY = "map_"
_SELECTED, _LOADED, _FILE, _ERROR = "mapped_columns", "mapping_loaded", "mapping_file", "mapping_error"


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
    for key in [_SELECTED, _LOADED, _ERROR, *(f"{_KEY}{role}" for role in ROLES)]:
        st.session_state.pop(key, None)


def show(view: PreviewView, preview: ImportPreview) -> None:
    """Draws the select boxes.

    Args:
        view: Whether a conversation comes of the columns.
        preview: Its columns and the guess.
    """
    st.markdown("**Which columns hold what?**")
    loaded = st.session_state.get(_LOADED)
    if loaded:
        origin = f"As the file {markup.plain(loaded)} has it."
    elif preview.remembered:
        origin = "As an earlier import of the same columns had it."
    else:
        origin = "A guess by names and values."
    st.caption(f"{origin} Check it against the rows; nothing is imported until you press Import.")
    _loader(preview)
    for role in _FIRST:
        _select(role, preview)
    others = [role for role in ROLES if role not in _FIRST]
    with st.expander("More roles", expanded=any(preview.guessed.get(role) for role in others)):
        for role in others:
            _select(role, preview)
    if not view.mapping:
        st.caption(f":material/info: {markup.plain(preview.problem)}")


def _loader(preview: ImportPreview) -> None:
    """Takes the file of a mapping that was saved before."""
    with st.expander("Load a mapping", icon=":material/upload:"):
        st.file_uploader(
            "Mapping file, as Save the mapping or --save-map writes it", type="json", key=_FILE, on_change=_load,
            args=(preview.columns,),
        )  # fmt: skip
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


@storing.safely
def _load(preview_columns: tuple[str, ...]) -> None:
    state = st.session_state
    file = state.get(_FILE)
    if file is None:
        return
    try:
        columns = previews.loaded_columns(file.getvalue(), preview_columns)
    except ingest.RequestError as error:
        state[_ERROR] = str(error)
        return
    state[_SELECTED], state[_LOADED] = columns, file.name
    for role in ROLES:
        state[f"{_KEY}{role}"] = columns.get(role) or NONE


def _select(role: str, preview: ImportPreview) -> None:
    selected = selection().get(role, "")
    options = list(dict.fromkeys([NONE, *preview.columns, *([selected] if selected else [])]))
    key = f"{_KEY}{role}"
    index = 0 if key in st.session_state or selected not in options else options.index(selected)
    st.selectbox(ROLES[role], options, index=index, key=key)
