"""Browse: all samples as pictures or as a table, with filters that count; select, act, look closely, compare."""

from __future__ import annotations

from functools import partial

import streamlit as st

from curation.app import server
from curation.views.export import selections
from curation.views.thresholds import thresholds
from pages.components import browse_board, browse_state, browse_views, empty, keys, scope_bar, selection_acts

owner = server.current()

if not thresholds.count(owner):
    st.title("Browse")
    empty.show_if_empty()
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Browse", width="stretch")
    browse_views.show(owner)
    keys.show(keys.BROWSE)


@st.fragment(key="browse")
def board() -> None:
    """Everything that a click in the list draws again."""
    browse_state.address()
    members = browse_board.members(owner)
    with st.container(key="browse_line"):
        if members is None:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption(
                    "Select samples to act on them: their check boxes, Shift and a click, the keys, or all of them."
                )
                selection_acts.undo(owner, "browse")
        else:
            take = partial(selections.of_selected, owner, members, scope_bar.current())
            selection_acts.show(owner, members, take, "browse")
    scope_bar.show(owner, without="query")
    browse_board.show(owner)


board()
