"""Browses the server's folders for a dataset; what is taken goes into the form's field for the path."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.ingest import folders, ingest
from curation.views.ingest.folders import FolderListing
from pages.components import markup, storing

_FOLDER = "browsed_folder"
_UP = "one folder up"


def show(field_key: str) -> None:
    """Draws the browser, folded away.

    Args:
        field_key: Key of the text field that gets the path.
    """
    with st.expander("Browse files", icon=":material/folder_open:"):
        try:
            listed = folders.listing(server.current(), st.session_state.get(_FOLDER))
        except ingest.RequestError as error:
            st.session_state.pop(_FOLDER, None)
            st.error(markup.plain(error), icon=":material/error:")
            return
        _show(listed, field_key)


def _show(listed: FolderListing, field_key: str) -> None:
    st.caption(markup.plain(listed.path))
    targets = {str(root): root for root in listed.roots if root != listed.path}
    targets |= {_UP: listed.parent} if listed.parent else {}
    targets |= {f"{name}/": listed.path / name for name in listed.folders}
    st.selectbox(
        "Open a folder", list(targets), index=None, key="browse_folder", placeholder="a folder below or above",
        on_change=_open, args=(targets,),
    )  # fmt: skip
    st.selectbox(
        "Take a file", list(listed.files), index=None, key="browse_file", on_change=_take_file,
        placeholder=f"{counted(len(listed.files), 'file')} that may be a dataset", args=(listed.path, field_key),
    )  # fmt: skip
    if listed.more:
        st.caption(f"{listed.more:,} more are not listed; type their path.")
    st.button("Take this folder", key="browse_take", on_click=_take, args=(listed.path, field_key))


@storing.safely
def _open(targets: dict[str, Path]) -> None:
    name = st.session_state.pop("browse_folder", None)
    if name in targets:
        st.session_state[_FOLDER] = targets[name]
        st.session_state.pop("browse_file", None)


@storing.safely
def _take_file(folder: Path, field_key: str) -> None:
    name = st.session_state.get("browse_file")
    if name:
        _take(folder / name, field_key)


@storing.safely
def _take(path: Path, field_key: str) -> None:
    st.session_state[field_key] = str(path)
