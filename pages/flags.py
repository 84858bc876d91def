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
choices = flag_filters.current()
members = flag_filters.members(owner)
flags_view = flags.view(owner, choices, members)
if not flags_view.datasets:
    st.caption("Nothing is flagged so far. Flags appear here as soon as scoring finds something.")
    empty.show_if_empty()
    st.stop()

scope_bar.show(owner)
flag_filters.show(flags_view)
current = flag_actions.current(flags_view.queue)
left, right = st.columns([5, 14], gap="medium")
with right:
    if current is None:
        st.caption("No flag passes these filters.")
        flag_actions.show_undo()
    else:
        flag_actions.show(owner, current)
        duplicate_groups.show(owner, flags_view.queue, current)
        flag_suggestion.show(owner, current)
        flag_inspector.show(owner, flags_view.queue, current)
with left:
    flag_queue.show(owner, flags_view.queue, current)
    bulk.show(owner, flags_view.queue)
    precision.show(owner)
opened = flag_actions.opened(current)
if opened:
    flag_editors.show(*opened)
