"""Export: balance tasks, see what would go out, approve it, and download the split."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import export
from pages.components import approve, empty, indicators, past_exports, quota, recipe_note, recipe_state, task_quota

owner = server.current()

st.title("Export")
shown = export.view(owner, recipe_state.current(), heavy=indicators.asked_for_all())
if not shown.total:
    empty.show_if_empty()
    st.stop()

left, right = st.columns([2, 3], gap="large")
with left:
    st.subheader("Quota")
    quota.show(recipe_state.current())
    st.subheader("Approve")
    recipe_note.show(recipe_state.current())
    approve.show(shown, recipe_state.current())
    st.subheader("Approved exports")
    past_exports.show(shown.past)
with right:
    st.subheader("Per task")
    task_quota.show(shown.tasks, recipe_state.current())
    st.subheader("Indicators, before and after")
    indicators.show(shown.indicators, shown.waiting)
