"""How far each metric is: done, missing, failed, unavailable and why; live while scoring goes on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.app import server
from curation.views.runs import columns, progress
from pages.components import markup

_TONES = {
    "done": "w-good",
    "scoring": "w-flagged",
    "waiting": "",
    "failed": "w-unsure",
    "unavailable": "w-bad",
    "off": "",
    "imported": "w-good",
}


def show_live() -> None:
    """Draws the table and refreshes it while something is running."""
    busy = progress.activity(server.current()).busy
    st.fragment(_live, run_every=2.0 if busy else None, key="columns")()


def _live() -> None:
    show(columns.table(server.current()))


def show(table: pl.DataFrame) -> None:
    """One line per metric."""
    if table.is_empty():
        st.caption("No metrics are installed.")
        return
    markup.show(_full(table))


def _full(table: pl.DataFrame) -> str:
    head = ("Metric", "About", "Per", "State", "Done", "Missing", "Failed")
    rows = [
        (
            f"<b>{markup.safe(row['title'])}</b>{_why(row['why'])}",
            f'<span class="w-soft">{markup.safe(row["about"])}</span>',
            f'<span class="w-said">{markup.safe(row["subject"])}</span>',
            markup.state_label(_TONES[row["state"]], row["state"]),
            f"{row['done']:,}",
            f"{row['missing']:,}",
            f"{row['failed']:,}",
        )
        for row in table.iter_rows(named=True)
    ]
    return markup.table(head, rows, right=(4, 5, 6))


def _why(reason: str) -> str:
    return f'<br><span class="w-soft">{markup.safe(reason)}</span>' if reason else ""
