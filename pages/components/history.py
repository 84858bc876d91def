"""A reviewer's last acts; each can be opened again or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.decisions import decision_log
from pages.components import markup, person, review_deck, storing

SLOTS = 48
"""How many acts have keys of their own: several times as many as are listed, so that none is reused while on a page."""
_SLOTS = "history_slots"


def show(history: Sequence[Mapping[str, Any]]) -> None:
    """A popover with the newest acts first."""
    with st.popover("History", icon=":material/history:", width="stretch"):
        if not history:
            st.caption("Nothing yet. What you decide is listed here and can be taken back one by one.")
        slots: dict[str, int] = st.session_state.setdefault(_SLOTS, {})
        for row in history:
            _row(row, slot(slots, row["event_id"]))


def slot(slots: dict[str, int], event_id: str) -> int:
    """Returns the number of an act's buttons, which it keeps while it is listed.

    A session remembers every key that a widget ever had, with some kilobytes each, so an act cannot have a new one.

    Args:
        slots: Numbers by event, the least recently listed first; it is changed.
        event_id: Id of the act.
    Returns:
        A number below SLOTS.
    """
    number = slots.pop(event_id, None)
    if number is None:
        number = len(slots) if len(slots) < SLOTS else slots.pop(next(iter(slots)))
    slots[event_id] = number
    return number


def _row(row: Mapping[str, Any], slot_number: int) -> None:
    act = f"{row['verdict']} · {row['where'] if row['size'] == 1 else counted(row['size'], row['subject'])}"
    act += f" · {row['reason']}" if row["reason"] else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if row["size"] == 1 and row["image_no"] is not None:
            markup.show(f'<img class="w-thumb w-thumb-small" src="/thumb/{row["image_no"]}" alt="">')
        st.button(
            markup.plain(f"{markup.moment(row['made_at'])} · {act}"),
            key=f"again-{slot_number}",
            type="tertiary",
            disabled=row["sample_no"] is None,
            on_click=review_deck.jump,
            args=(row["sample_no"],),
            width="stretch",
        )
        st.button(
            "Undo",
            key=f"back-{slot_number}",
            icon=":material/undo:",
            type="tertiary",
            on_click=_take_back,
            args=(person.name(), row["event_id"]),
        )


@storing.safely
def _take_back(who: str, event_id: str) -> None:
    decision_log.take_back(server.current().workspace, who, event_id)
