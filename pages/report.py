"""Report: the paper's indicators of datasets, splits, exports and ablations side by side, drawn and exported."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.report import report
from pages.components import (
    empty,
    report_correlation,
    report_explained,
    report_pictures,
    report_rows,
    report_table,
    report_work,
)

owner = server.current()


def indicators() -> None:
    """Everything about this workspace's sets."""
    report_sets = report_rows.show()
    if not report_sets.selected:
        st.info("Every row is left out.", icon=":material/visibility_off:")
        return
    table = report.table(
        owner, report_sets.all_sets, report_sets.selected, equal=report_sets.equal, seed=report_sets.seed
    )
    report_work.show(table, report_sets)
    report_table.show(table)
    report_table.downloads(table)
    report_explained.show(table)
    st.subheader("Side by side")
    report_pictures.profiles(table)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Distributions")
        report_pictures.distributions(report_sets)
    with right:
        st.subheader("Tasks")
        report_pictures.tasks(report_sets)


st.title("Report")
if report.count(owner):
    indicators()
else:
    empty.show_if_empty()
st.subheader("Do indicators tell how well a model does?")
report_correlation.show()
