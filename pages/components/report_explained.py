"""What each indicator says, in plain words."""

from __future__ import annotations

import streamlit as st

from curation.reporting import tables
from curation.reporting.tables import ExplainedIndicator
from curation.views.report.report import Table
from pages.components import markup

_HEAD = ("Indicator", "What it says", "Unit", "Better", "Where the values come from")
_BETTER = {"high": "↑ high", "low": "↓ low", "": "neither"}


def show(table: Table) -> None:
    """What each row is; then a row per indicator, from the text in its own file."""
    with st.expander("What each row is", icon=":material/table_rows:"):
        set_rows = [(markup.safe(line.of.name), f"{line.of.size:,}", markup.safe(line.of.note)) for line in table.lines]
        markup.show(markup.table(("Set", "Samples", "What it holds"), set_rows, right=(1,)))
    with st.expander("What each indicator says", icon=":material/help:"):
        rows = [_row(indicator) for indicator in tables.explained(table.lines)]
        markup.show(f'<div class="w-explained">{markup.table(_HEAD, rows)}</div>')


def _row(indicator: ExplainedIndicator) -> tuple[str, ...]:
    notes = indicator.notes if len(indicator.notes) < 2 else (f"{indicator.notes[0]} …",)
    title = "\n".join(indicator.notes) if len(indicator.notes) > 1 else ""
    return (
        f"<b>{markup.safe(indicator.row.title)}</b>",
        f'{markup.safe(indicator.about)}<div class="w-soft">{markup.safe(indicator.more)}</div>',
        markup.safe(indicator.row.unit),
        f'<span class="w-said">{_BETTER[indicator.row.better]}</span>',
        f'<span title="{markup.safe(title)}">{markup.safe(" ".join(notes))}</span>',
    )
