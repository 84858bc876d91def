"""Runs: the present pass of scoring, what each metric has, failures with a retry, runs of the past."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.runs import runs
from pages.components import (
    columns_table,
    empty,
    failure_groups,
    metric_settings,
    metric_switches,
    past_runs,
    run_controls,
    workspace_check,
)

owner = server.current()
shown = runs.view(owner)

st.title("Runs")
if shown.columns.is_empty() or not shown.columns["total"].sum():
    empty.show(shown.activity)
    st.stop()

run_controls.show()
st.subheader("Failures")
failure_groups.show(shown.failures, shown.failed)
st.subheader("Metrics")
metric_switches.show(shown.optional)
metric_settings.show()
columns_table.show_live()
st.subheader("Past runs")
past_runs.show(shown.past)
st.subheader("Workspace")
workspace_check.show()
