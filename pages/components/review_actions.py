"""One key per decision; a decision moves on to the next undecided sample."""

from __future__ import annotations

import streamlit as st

from curation import review as decisions
from curation import server
from curation.views import review
from pages.components import person

BUTTONS = (
    ("Approve", "approve", "A", True),
    ("Reject", "reject", "X", False),
    ("Later", "later", "L", False),
)


def show(shown: review.ReviewView) -> None:
    """Approve, reject, later, previous, next, undo."""
    sample = shown.current
    if sample is None:
        return
    then = review.following(shown, sample.sample_no)
    before, after = shown.neighbour(-1), shown.neighbour(1)
    with st.container(horizontal=True, gap="small"):
        for label, verdict, shortcut, first in BUTTONS:
            st.button(
                label,
                key=f"sample_{verdict}",
                shortcut=shortcut,
                type="primary" if first else "secondary",
                on_click=_record,
                args=(sample.key, verdict, then),
            )
        st.button(
            "Previous",
            key="sample_previous",
            shortcut="Left",
            disabled=before is None,
            on_click=_go,
            args=(before,),
        )
        st.button("Next", key="sample_next", shortcut="Right", disabled=after is None, on_click=_go, args=(after,))
        _undo()


def show_undo() -> None:
    """Only the way back, for when everything is decided."""
    _undo()


def _undo() -> None:
    st.button("Undo", key="sample_undo", icon=":material/undo:", shortcut="U", type="tertiary", on_click=_take_back)


def _record(key: str, verdict: str, then: int | None) -> None:
    decisions.decide(server.current().workspace, person.name(), "sample", key, verdict)
    _go(then)


def _take_back() -> None:
    owner = server.current()
    undone = decisions.undo(owner.workspace, person.name())
    if undone is None:
        st.toast("You have no decision to take back.")
        return
    st.toast(f"Took back “{undone['verdict']}”.")
    if undone["subject"] == "sample":
        _go(review.number_of(owner, undone["key"]))


def _go(number: int | None) -> None:
    if number is None:
        st.query_params.pop("sample", None)
    else:
        st.query_params["sample"] = str(number)
