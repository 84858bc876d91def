"""How far each metric is: done, missing, failed, unavailable and why; live while scoring goes on."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation import server
from curation.views import columns, progress
from pages.components import markup

_TONES = {
    "done": "w-good",
    "scoring": "w-flagged",
    "waiting": "",
    "failed": "w-unsure",
    "unavailable": "w-bad",
    "off": "",
}


def show_live(compact: bool = False) -> None:
    """Draws the table and refreshes it while something is running."""
    busy = progress.activity(server.current()).busy
    st.fragment(_live, run_every=2.0 if busy else None, key="columns")(compact)


def _live(compact: bool) -> None:
    show(columns.table(server.current()), compact=compact)


def show(table: pl.DataFrame, *, compact: bool = False) -> None:
    """One line per metric; `compact` leaves the counts out."""
    if table.is_empty():
        st.caption("No metrics are installed.")
        return
    markup.show(_compact(table) if compact else _full(table))


def _compact(table: pl.DataFrame) -> str:
    rows = [
        (
            f'<span title="{markup.safe(row["about"])}">{markup.dot(_TONES[row["state"]])}'
            f"{markup.safe(row['title'])}</span>{_why(row['why'])}",
            markup.bar(row["done"] / max(row["total"], 1), _TONES[row["state"]]),
            f"{row['done']:,} / {row['total']:,}",
        )
        for row in table.filter(pl.col("state") != "off").iter_rows(named=True)
    ]
    return markup.table(("", "", ""), rows, right=(2,))


def _full(table: pl.DataFrame) -> str:
    head = ("Metric", "About", "Per", "State", "Done", "Missing", "Failed")
    rows = [
        (
            f"<b>{markup.safe(row['title'])}</b>{_why(row['why'])}",
            f'<span class="w-soft">{markup.safe(row["about"])}</span>',
            row["subject"],
            markup.said(_TONES[row["state"]], row["state"]),
            f"{row['done']:,}",
            f"{row['missing']:,}",
            f"{row['failed']:,}",
        )
        for row in table.iter_rows(named=True)
    ]
    return markup.table(head, rows, right=(4, 5, 6))


def _why(reason: str) -> str:
    return f'<br><span class="w-soft">{markup.safe(reason)}</span>' if reason else ""
