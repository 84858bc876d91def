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
runs_view = runs.view(owner)

st.title("Runs")
if runs_view.columns.is_empty() or not runs_view.columns["total"].sum():
    empty.show(runs_view.activity)
    st.stop()

run_controls.show()
st.subheader("Failures")
failure_groups.show(runs_view.failures, runs_view.failed)
st.subheader("Metrics")
metric_switches.show(runs_view.optional)
metric_settings.show()
columns_table.show_live()
st.subheader("Past runs")
past_runs.show(runs_view.past)
st.subheader("Workspace")
workspace_check.show()
