"""The list of samples with its filters: one component that asks the app's routes, and what it says to the session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from curation.app import scope, server
from curation.app.scope import Scope
from curation.app.server import Server
from curation.views.browse import browse
from curation.views.messages.browse import BrowseData
from pages.components import browse_state, frontend, markup, scope_bar, storing

_KEY = "browse_board"


def show(owner: Server) -> None:
    """Draws filters, query, list and opened samples.

    Args:
        owner: The server.
    """
    state, page_scope = browse_state.current(), scope_bar.current()
    listed = browse.columns(owner)
    open_metrics = state.open if state.open is not None else browse.first_open(owner)
    is_table = state.view == "table"
    data: BrowseData = {
        "look": browse.look(owner, page_scope, state.sort, open_metrics, table=is_table),
        "scope": scope.to_params(replace(page_scope, query="")),
        "columns": listed,
        "open": list(open_metrics),
        "view": state.view,
        "size": state.size,
        "opened": list(state.opened),
        "seq": state.seq,
        "done": browse.decided(owner),
    }
    frontend.component("browse")(
        key=_KEY, data=data, on_changed_change=_changed, on_selected_change=_selected, on_like_change=_like,
        height="content",
    )  # fmt: skip


def members(owner: Server) -> np.ndarray | None:
    """The selected samples, True for each, (N,); None where nothing is, or the list is another one now."""
    selected = browse_state.current().selected
    if not selected.spans:
        return None
    page_scope = replace(scope_bar.current(), query=selected.query)
    return browse.members(owner, page_scope, selected.sort, selected.rev, selected.spans)


@storing.safely
def _changed() -> None:
    message = st.session_state[_KEY].changed
    if not message:
        return
    page_scope = scope_bar.current()
    text = str(message["query"])
    if text != page_scope.query:
        scope_bar.change(replace(page_scope, query=text))
    browse_state.write(browse_state.changed(browse_state.current(), message))


@storing.safely
def _selected() -> None:
    message = st.session_state[_KEY].selected
    if message:
        state = browse_state.current()
        selected = browse_state.selection(message)
        if message["spans"] and not selected.spans:
            st.toast(f"The selection is in more than {browse_state.MOST_SPANS:,} pieces. Select fewer.")
        browse_state.write(replace(state, selected=selected))


@storing.safely
def _like() -> None:
    number = st.session_state[_KEY].like
    if not isinstance(number, int):
        return
    similar = browse.like(server.current(), number)
    if isinstance(similar, Scope):
        scope_bar.change(similar)
        browse_state.write(replace(browse_state.current(), sort="", opened=()))
    else:
        st.toast(markup.plain(similar), icon=":material/join_inner:")
