"""Which samples are reviewed and how far the reviewer is; the choice lives in the address."""

from __future__ import annotations

import streamlit as st

from curation.server import Server
from curation.views import review
from pages.components import markup

KINDS = {
    review.ALL: "All samples",
    review.FLAGGED: "Flagged first",
    review.METRIC: "Worst by a metric",
    review.TASK: "One task",
}


def current(owner: Server) -> review.Queue:
    """The queue that the address names."""
    kind = st.query_params.get("queue", review.ALL)
    kind = kind if kind in KINDS else review.ALL
    options = review.choices(owner, kind)
    choice = str(st.query_params.get("of", ""))
    return review.Queue(kind, choice if choice in options else next(iter(options), ""))


def at() -> int | None:
    """The sample that the address names, if it names one."""
    number = str(st.query_params.get("sample", ""))
    return int(number) if number.isdecimal() and len(number) < 10 else None


def show(owner: Server, shown: review.ReviewView, queue: review.Queue) -> None:
    """The choice of queue, and n of N decided."""
    kinds, choice, bar = st.columns([8, 4, 4], vertical_alignment="bottom", gap="medium")
    with kinds:
        st.session_state["queue_kind"] = queue.kind
        st.segmented_control(
            "Queue",
            list(KINDS),
            key="queue_kind",
            format_func=KINDS.__getitem__,
            on_change=_kind,
            required=True,
        )
    options = review.choices(owner, queue.kind)
    with choice:
        if options:
            st.session_state["queue_of"] = queue.choice
            st.selectbox(
                "Metric" if queue.kind == review.METRIC else "Task",
                list(options),
                key="queue_of",
                format_func=options.__getitem__,
                on_change=_choice,
            )
        elif queue.kind in (review.METRIC, review.TASK):
            st.caption("Nothing to choose from yet: scoring has not got there.")
    with bar:
        total = max(shown.order.height, 1)
        place = f" · number {shown.position + 1:,}" if shown.position >= 0 else ""
        st.progress(
            shown.decided / total,
            text=markup.plain(f"{shown.decided:,} of {shown.order.height:,} decided{place}"),
        )


def _kind() -> None:
    st.query_params["queue"] = st.session_state["queue_kind"] or review.ALL
    for name in ("of", "sample"):
        st.query_params.pop(name, None)


def _choice() -> None:
    st.query_params["of"] = st.session_state["queue_of"]
    st.query_params.pop("sample", None)
