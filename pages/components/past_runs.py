"""Runs of the past with how long they took, how fast they were and what came of each."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.components import markup

_TONES = {"done": "w-good", "stopped": "w-unsure", "failed": "w-bad"}


def show(past: pl.DataFrame) -> None:
    """The newest first."""
    if past.is_empty():
        st.caption("No run so far.")
        return
    rows = [
        (
            str(row["run_no"]),
            markup.state_label(_TONES.get(row["state"], ""), row["state"]),
            markup.moment(row["started_at"]),
            markup.duration(row["took"].total_seconds()) if row["took"] is not None else "",
            f"{row['done']:,}",
            f"{row['rate']:,.0f}" if row["rate"] else "",
            f"{row['failed']:,}",
            f'<span class="w-soft">{markup.safe(row["detail"])}</span>',
        )
        for row in past.iter_rows(named=True)
    ]
    head = ("Run", "State", "Started", "Took", "Values", "Per second", "Failed", "What came of it")
    markup.show(markup.table(head, rows, right=(4, 5, 6)))
