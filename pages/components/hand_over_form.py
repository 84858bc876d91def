"""Samples with their scores, flags and decisions for another tool, in which a team carries on."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.exporting.export_folder import ExportError
from curation.views.export import other_tools
from curation.views.export.export import ExportView
from pages.components import drafts, markup, storing

_TOOL, _ALL, _FOLDER, _ERROR, _STARTED = "hand_tool", "hand_all", "hand_folder", "hand_error", "hand_started"
_WHICH = {False: "What would go out now", True: "All samples"}


class _HandOverFields(TypedDict):
    everything: bool
    folder: str


def show(export_view: ExportView) -> None:
    """Draws the choice of the tool and of the samples, and the button that writes the folder.

    Args:
        export_view: The plan that says which samples go out.
    """
    if st.session_state.pop(_STARTED, False):
        st.rerun()  # the list of jobs below shows how far it is
    tools = other_tools.tools()
    tool = st.selectbox("Tool", list(tools), key=_TOOL, format_func=lambda name: tools[name].title)
    st.caption(f"{tools[tool].about} Texts are those that were imported; pictures are copied into the folder.")
    counts = {False: export_view.size, True: export_view.total}
    everything = st.radio(
        "Samples", list(_WHICH), key=_ALL, format_func=lambda every: f"{_WHICH[every]} · {counts[every]:,}",
        horizontal=True,
    )  # fmt: skip
    st.text_input(
        "Folder on the server", key=_FOLDER, placeholder="in the workspace",
        help="A whole path, apart from the workspace: a new or empty folder, or an earlier hand-over.",
    )  # fmt: skip
    drafts.field(_FOLDER)
    count = counts[bool(everything)]
    st.button(
        f"Write {counted(count, 'sample')} for {tools[tool].title}", key="hand_over",
        disabled=not count or other_tools.is_being_written(server.current(), export_view, tool, **_where()),
        icon=":material/output:", on_click=_write, args=(export_view,),
    )  # fmt: skip
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _where() -> _HandOverFields:
    return {"everything": bool(st.session_state[_ALL]), "folder": str(st.session_state[_FOLDER] or "")}


@storing.safely
def _write(export_view: ExportView) -> None:
    state = st.session_state
    try:
        other_tools.start(server.current(), export_view, state[_TOOL], **_where())
    except ExportError as error:
        state[_ERROR] = str(error)
        return
    drafts.fields_saved(_FOLDER)
    state[_STARTED] = True
