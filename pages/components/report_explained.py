"""What each indicator says, in plain words."""

from __future__ import annotations

import streamlit as st

from curation.reporting import tables
from curation.reporting.tables import Explained
from curation.views.report.report import Table
from pages.components import markup

_HEAD = ("Indicator", "What it says", "Unit", "Better", "Where the values come from")
_BETTER = {"high": "↑ high", "low": "↓ low", "": "neither"}


def show(shown: Table) -> None:
    """What each row is; then a row per indicator, from the text in its own file."""
    with st.expander("What each row is", icon=":material/table_rows:"):
        said = [(markup.safe(line.of.name), f"{line.of.size:,}", markup.safe(line.of.note)) for line in shown.lines]
        markup.show(markup.table(("Set", "Samples", "What it holds"), said, right=(1,)))
    with st.expander("What each indicator says", icon=":material/help:"):
        rows = [_row(one) for one in tables.explained(shown.lines)]
        markup.show(f'<div class="w-explained">{markup.table(_HEAD, rows)}</div>')


def _row(one: Explained) -> tuple[str, ...]:
    notes = one.notes if len(one.notes) < 2 else (f"{one.notes[0]} …",)
    title = "\n".join(one.notes) if len(one.notes) > 1 else ""
    return (
        f"<b>{markup.safe(one.row.title)}</b>",
        f'{markup.safe(one.about)}<div class="w-soft">{markup.safe(one.more)}</div>',
        markup.safe(one.row.unit),
        f'<span class="w-said">{_BETTER[one.row.better]}</span>',
        f'<span title="{markup.safe(title)}">{markup.safe(" ".join(notes))}</span>',
    )
