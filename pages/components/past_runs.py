"""Runs of the past with what came of each."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.components import markup


def show(past: pl.DataFrame) -> None:
    """The newest first."""
    if past.is_empty():
        st.caption("No run so far.")
        return
    rows = [
        (
            str(row["run_no"]),
            markup.safe(row["state"]),
            markup.moment(row["started_at"]),
            markup.duration(row["took"].total_seconds()) if row["took"] is not None else "",
            f"{row['done']:,}",
            f"{row['failed']:,}",
            f'<span class="w-soft">{markup.safe(row["detail"])}</span>',
        )
        for row in past.iter_rows(named=True)
    ]
    markup.show(
        markup.table(("Run", "State", "Started", "Took", "Values", "Failed", "What came of it"), rows, right=(4, 5))
    )
