"""Overview: what is here, how far scoring is, what needs attention, what to do next."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import overview
from pages.components import attention, columns_table, datasets_table, empty, markup, next_steps, tasks

shown = overview.view(server.current())

st.title("Overview")
if not shown.totals["samples"]:
    empty.show(shown.activity)
    st.stop()

open_flags = int(shown.kinds["open"].sum())
figures = (
    ("Samples", shown.totals["samples"]),
    ("Turns", shown.totals["turns"]),
    ("Images", shown.totals["images"]),
    ("Open flags", open_flags),
    ("Samples decided", shown.decided),
)
for place, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
    place.metric(label, f"{value:,}", border=True)

left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("What needs attention")
    attention.show_kinds(shown.kinds)
    if shown.worst:
        st.subheader("Worst first")
        attention.show_worst(shown.worst)
with right:
    st.subheader("Next steps")
    next_steps.show(shown, open_flags)
    st.subheader("Datasets")
    datasets_table.show(shown.datasets)
    if not shown.tasks.is_empty():
        st.subheader("Tasks")
        tasks.show(shown.tasks)
    st.subheader("Scoring")
    columns_table.show_live(compact=True)
    markup.show('<span class="w-soft">Details, failures and past runs are on the runs page.</span>')
