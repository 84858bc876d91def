"""What became of a dataset's rows: outcomes that add up, how images were found, lint, rejected rows."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.common.counts import counted
from curation.importing import outcomes
from curation.views.ingest.ingest import DatasetView
from pages.components import markup


def show(dataset_view: DatasetView) -> None:
    """The whole outcome of one import."""
    for column, label, value in zip(
        st.columns(3),
        ("Rows in the file", "Imported", "Rejected"),
        (dataset_view.rows, dataset_view.imported, dataset_view.rejected),
        strict=True,
    ):
        column.metric(label, f"{value:,}", border=True)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Import result**")
        _counts(dataset_view.outcomes.filter(pl.col("Rows") > 0), dataset_view.rows)
        st.markdown("**Lint**")
        _lint(dataset_view.lint)
    with right:
        st.markdown("**How images were found**")
        if dataset_view.found_by.is_empty():
            st.caption("The rows name no images.")
        else:
            _counts(dataset_view.found_by, int(dataset_view.found_by["Images"].sum()))
    if not dataset_view.rejected_rows.is_empty():
        st.markdown("**Rejected rows**")
        st.dataframe(
            dataset_view.rejected_rows,
            hide_index=True,
            height=min(38 + 35 * dataset_view.rejected_rows.height, 260),
            column_config={"row_index": "Row", "outcome": "Outcome", "detail": "Why"},
        )


def _counts(frame: pl.DataFrame, total: int) -> None:
    name, number = frame.columns
    rows = [
        (markup.safe(row[name]), markup.bar(row[number] / max(total, 1)), f"{row[number]:,}")
        for row in frame.iter_rows(named=True)
    ]
    rows.append(("<b>Total</b>", "", f"<b>{int(frame[number].sum()):,}</b>"))
    markup.show(markup.table((name, "", number), rows, right=(2,)))


def _lint(lint: pl.DataFrame) -> None:
    if lint.is_empty():
        st.caption("Nothing odd was found.")
        return
    for row in lint.iter_rows(named=True):
        kind = markup.plain(outcomes.words(outcomes.LINT, row["kind"]))
        st.page_link(
            "flags.py",
            label=f"{kind}: {counted(row['samples'], 'sample')}",
            icon=":material/flag:",
            query_params={"kind": row["kind"]},
        )
