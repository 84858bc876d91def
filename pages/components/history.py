"""A reviewer's last acts; each can be opened again or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from curation import review, server
from pages.components import markup, person, review_deck, storing


def show(history: Sequence[Mapping[str, Any]]) -> None:
    """A popover with the newest acts first."""
    with st.popover("History", icon=":material/history:", width="stretch"):
        if not history:
            st.caption("Nothing yet. What you decide is listed here and can be taken back one by one.")
        for row in history:
            _row(row)


def _row(row: Mapping[str, Any]) -> None:
    what = f"{row['verdict']} · {row['where'] if row['size'] == 1 else markup.count(row['size'], row['subject'])}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            markup.plain(f"{markup.moment(row['made_at'])} · {what}"),
            key=f"again-{row['event_id']}",
            type="tertiary",
            disabled=row["sample_no"] is None,
            on_click=review_deck.jump,
            args=(row["sample_no"],),
            width="stretch",
        )
        st.button(
            "Take back",
            key=f"back-{row['event_id']}",
            icon=":material/undo:",
            type="tertiary",
            on_click=_take_back,
            args=(person.name(), row["event_id"]),
        )


@storing.safely
def _take_back(who: str, event_id: str) -> None:
    review.take_back(server.current().workspace, who, event_id)
