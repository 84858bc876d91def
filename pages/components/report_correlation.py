"""Whether indicators tell how well a tuned model does: the paper's own tables, or two of one's own."""

from __future__ import annotations

import streamlit as st

from curation.reporting.correlation import CorrelationError, Correlations
from curation.views.report import report
from pages.components import markup, report_figures

_SOURCE = (
    'From Tables 2 and 3 of "Vision-Language Instruction Tuning: A Review and Analysis" (Li et al., TMLR 2024): four '
    "sets, three models, SEED-Bench. 56 of the 70 cells of its Table 20 come out to the last digit. Its columns VR and "
    "TR rest on other numbers of MIMIC-IT than it prints; README.md in assets/paper says more."
)


@st.fragment(key="report_correlation")
def show() -> None:
    """The heat map with values, how far the models agree, and a place for one's own tables."""
    correlations, uploaded = _of_uploads()
    correlations = correlations or report.paper()
    st.caption(markup.plain(f"Your tables: {', '.join(correlations.datasets)}." if uploaded else _SOURCE))
    report_figures.show(
        report_figures.correlations(correlations), "correlation", "Pearson r of every indicator and score"
    )
    count = len(correlations.datasets)
    st.caption(
        markup.plain(
            f"Pearson r over {count} datasets, of an indicator and the mean score of the models tuned on the dataset. "
            f"*** p < 1 %, ** p < 5 %, * p < 10 %, alone: of {len(correlations.pairs)} pairs some are small "
            f"by chance; p adjusted for all pairs shows where the pointer is. "
            f"{'Few datasets: read with care.' if count < 10 else ''}"
        )
    )
    for note in correlations.notes:
        st.caption(markup.plain(note))
    _agreement(correlations)


def _of_uploads() -> tuple[Correlations | None, bool]:
    """What two uploaded tables give; None without them, or when they will not do."""
    with st.expander("Your own tables", icon=":material/upload_file:"):
        st.caption(
            "Indicators: a CSV with a column “dataset” and one per indicator; the CSV of this page is one. Scores: "
            "“model”, “dataset” and one column per score. In a terminal: python -m curation correlate"
        )
        left, right = st.columns(2)
        files = (
            left.file_uploader("Indicators", type="csv", key="report_indicators"),
            right.file_uploader("Scores", type="csv", key="report_performance"),
        )
        if files[0] is None or files[1] is None:
            return None, False
        try:
            return report.correlate(files[0].getvalue(), files[1].getvalue()), True
        except CorrelationError as error:
            st.error(markup.plain(error), icon=":material/error:")
            return None, False


def _agreement(correlations: Correlations) -> None:
    rows = [
        (
            markup.safe(agreement.dataset),
            str(agreement.models),
            _number(agreement.single),
            _number(agreement.average),
            markup.safe(agreement.why),
        )
        for agreement in correlations.agreement
    ]
    with st.expander("How far the models agree (ICC)", icon=":material/handshake:"):
        head = ("Dataset", "Models", "ICC(1): one model", "ICC(1,k): their mean", "")
        markup.show(markup.table(head, rows, right=(1, 2, 3)))
        st.caption("One-way random effects over the scores: 1 is full agreement of the models.")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
