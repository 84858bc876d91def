"""Flags: a queue of questions, and one of them beside its picture, conversation and evidence."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import flags
from pages.components import bulk, empty, flag_actions, flag_filters, flag_inspector, flag_queue

owner = server.current()

st.title("Flags")
wanted = flag_filters.current()
shown = flags.view(owner, wanted)
if not shown.kinds and shown.queue.is_empty() and not shown.datasets:
    st.caption("Nothing is flagged so far. Flags appear here as soon as scoring finds something.")
    empty.show_if_empty()
    st.stop()

flag_filters.show(shown)
current = flag_actions.current(shown.queue)
left, right = st.columns([6, 14], gap="medium")
one = flags.one(owner, current) if current else None
with right:
    if one is None:
        st.caption("No flag passes these filters.")
        flag_actions.show_undo()
    else:  # before the queue: a key pressed now must mean the flag that is about to be seen
        flag_actions.show(shown.queue, one)
with left:
    flag_filters.show_order(shown)
    flag_queue.show(shown.queue, current)
    bulk.show(shown.queue)
if one:
    with right:
        flag_inspector.show(one)
