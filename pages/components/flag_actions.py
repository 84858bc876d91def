"""What a person can do with the flag on the table, by button or key; a decision moves on to the next."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation import review, server
from curation.views.flags import FlagView
from pages.components import person


def current(queue: pl.DataFrame) -> str | None:
    """The flag on the table: the address names it, else the first of the queue."""
    named = st.query_params.get("flag")
    if named:
        return str(named)
    return None if queue.is_empty() else str(queue["flag_id"][0])


def show(queue: pl.DataFrame, one: FlagView) -> None:
    """Confirm, dismiss, previous, next, undo."""
    flag_id = one.flag["flag_id"]
    before, after = neighbours(queue, flag_id)
    with st.container(horizontal=True, gap="small"):
        _decide("Confirm", "confirm", "Y", "primary", flag_id, after or before)
        _decide("Dismiss", "dismiss", "N", "secondary", flag_id, after or before)
        st.button(
            "Previous",
            key="flag_previous",
            shortcut="Left",
            disabled=not before,
            on_click=_go,
            args=(before,),
        )
        st.button("Next", key="flag_next", shortcut="Right", disabled=not after, on_click=_go, args=(after,))
        _undo()


def show_undo() -> None:
    """Only the way back, for when the queue is empty."""
    _undo()


def neighbours(queue: pl.DataFrame, flag_id: str) -> tuple[str | None, str | None]:
    """The flags before and after this one; the first of the queue follows a flag that is not in it."""
    ids = queue["flag_id"]
    place = None if ids.is_empty() else ids.index_of(flag_id)
    if place is None:
        return None, None if ids.is_empty() else str(ids[0])
    return (str(ids[place - 1]) if place else None), (str(ids[place + 1]) if place + 1 < len(ids) else None)


def _decide(label: str, verdict: str, shortcut: str, kind: str, flag_id: str, then: str | None) -> None:
    st.button(
        label,
        key=f"flag_{verdict}",
        type="primary" if kind == "primary" else "secondary",
        shortcut=shortcut,
        on_click=_record,
        args=(flag_id, verdict, then),
    )


def _undo() -> None:
    st.button("Undo", key="flag_undo", icon=":material/undo:", shortcut="U", type="tertiary", on_click=_take_back)


def _record(flag_id: str, verdict: str, then: str | None) -> None:
    review.decide(server.current().workspace, person.name(), "flag", flag_id, verdict)
    _go(then)


def _take_back() -> None:
    undone = review.undo(server.current().workspace, person.name())
    if undone is None:
        st.toast("You have no decision to take back.")
        return
    st.toast(f"Took back “{undone['verdict']}”.")
    if undone["subject"] == "flag":
        _go(undone["key"])


def _go(flag_id: str | None) -> None:
    if flag_id:
        st.query_params["flag"] = flag_id
    else:
        st.query_params.pop("flag", None)
