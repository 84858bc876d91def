"""Runs: the present pass of scoring, what each metric has, failures with a retry, runs of the past."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import runs
from pages.components import columns_table, empty, metric_settings, metric_switches, past_runs, run_controls

owner = server.current()
shown = runs.view(owner)

st.title("Runs")
if shown.columns.is_empty() or not shown.columns["total"].sum():
    empty.show(shown.activity)
    st.stop()

run_controls.show()
st.subheader("Metrics")
metric_switches.show(shown.optional)
metric_settings.show()
columns_table.show_live()

st.subheader("Failures")
if shown.failures.is_empty():
    st.caption("Every item that was tried has been scored.")
else:
    st.button(
        "Try the failed items again",
        icon=":material/replay:",
        on_click=owner.score,
        kwargs={"retry_failed": True},
    )
    st.dataframe(
        shown.failures.select("title", "subject", "subject_no", "error", "run_no"),
        hide_index=True,
        height=240,
        column_config={
            "title": "Metric",
            "subject": "Item",
            "subject_no": "Number",
            "error": "Error",
            "run_no": "Run",
        },
    )

st.subheader("Past runs")
past_runs.show(shown.past)
