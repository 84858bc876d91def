"""Rows that leave with edits by people: how many, and what changes in a few of them."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.export import export
from curation.views.export.export import EditedRow, ExportView
from pages.components import difference, markup


def show(export_view: ExportView) -> None:
    """Counts, and the first few as one text with what went and what came."""
    edited = export_view.edited
    if not edited.rows:
        st.caption(
            "No row is changed: every one leaves byte for byte as it came. Turns are edited in Review and Flags."
        )
        return
    st.markdown(
        f"**{counted(edited.rows, 'row')} {'leaves' if edited.rows == 1 else 'leave'} with edits by people:** "
        f"{edited.rewritten:,} with a text written anew, {edited.shortened:,} with a turn dropped."
    )
    for row in export.edited_rows(server.current(), export_view.plan):
        markup.show(_row(row))
    if edited.rows > 5:
        st.caption("The first five are shown.")


def _row(row: EditedRow) -> str:
    parts = [
        f'<div class="w-who">Turn {index + 1}, {side}{"" if after is not None else ": dropped"}</div>'
        f'<div class="w-bubble w-answer">{difference.html(before, after or "")}</div>'
        for index, side, before, after in row.changes
    ]
    link = f'<a href="/review?sample={int(row.sample_no)}" target="_blank">{markup.safe(row.key)}</a>'
    return f'<div class="w-turn"><div class="w-soft w-raw">{link}</div>{"".join(parts)}</div>'
