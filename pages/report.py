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
    asked = report_rows.show()
    if not asked.chosen:
        st.info("Every row is left out.", icon=":material/visibility_off:")
        return
    shown = report.table(owner, asked.known, asked.chosen, equal=asked.equal, seed=asked.seed)
    report_work.show(shown, asked)
    report_table.show(shown)
    report_table.downloads(shown)
    report_explained.show(shown)
    st.subheader("Side by side")
    report_pictures.profiles(shown)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Distributions")
        report_pictures.distributions(asked)
    with right:
        st.subheader("Tasks")
        report_pictures.tasks(asked)


st.title("Report")
if report.count(owner):
    indicators()
else:
    empty.show_if_empty()
st.subheader("Do indicators tell how well a model does?")
report_correlation.show()
