"""Flags: a queue of questions, and one of them beside its picture, conversation and evidence."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.flags import flags
from pages.components import (
    bulk,
    duplicate_groups,
    empty,
    flag_actions,
    flag_editors,
    flag_filters,
    flag_inspector,
    flag_queue,
    flag_suggestion,
    precision,
    scope_bar,
)

owner = server.current()

st.title("Flags")
wanted = flag_filters.current()
members = flag_filters.members(owner)
shown = flags.view(owner, wanted, members)
if not shown.datasets:
    st.caption("Nothing is flagged so far. Flags appear here as soon as scoring finds something.")
    empty.show_if_empty()
    st.stop()

scope_bar.show(owner)
flag_filters.show(shown)
current = flag_actions.current(shown.queue)
left, right = st.columns([4, 14], gap="medium")
with right:
    if current is None:
        st.caption("No flag passes these filters.")
        flag_actions.show_undo()
    else:
        flag_actions.show(owner, current)
        duplicate_groups.show(owner, shown.queue, current)
        flag_suggestion.show(owner, current)
        flag_inspector.show(owner, shown.queue, current)
with left:
    flag_queue.show(shown.queue, current)
    bulk.show(shown.queue)
    precision.show(owner)
opened = flag_actions.opened(current)
if opened:
    flag_editors.show(*opened)
