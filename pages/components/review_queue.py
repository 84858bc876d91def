"""Which samples are reviewed and how far the reviewer is; the choice lives in the address."""

from __future__ import annotations

import streamlit as st

from curation.app.server import Server
from curation.review import queues
from curation.review.queues import Queue
from curation.views.review import review
from curation.views.review.review import ReviewView
from pages.components import markup, storing

_LABELS = {"metric": "Metric", "task": "Task", "cluster": "Cluster"}


def current(owner: Server) -> Queue:
    """The queue that the address names."""
    kind = str(st.query_params.get("queue", "all"))
    kind = kind if kind in queues.KINDS else "all"
    options = review.choices(owner, kind)
    choice = str(st.query_params.get("of", ""))
    return Queue(kind, choice if choice in options else next(iter(options), ""))


def choose(owner: Server, queue: Queue) -> None:
    """Draws the choice of the kind of queue, and of what it is about.

    Args:
        owner: The server.
        queue: The queue that is shown now.
    """
    kinds = review.offered(owner, queue.kind)
    st.session_state["queue_kind"] = queue.kind
    st.selectbox(
        "Queue",
        kinds,
        key="queue_kind",
        format_func=queues.KINDS.__getitem__,
        on_change=_kind,
        help=markup.plain(queues.SAID[queue.kind]),
    )
    options = review.choices(owner, queue.kind)
    if options:
        st.session_state["queue_of"] = queue.choice
        st.selectbox(
            _LABELS[queue.kind],
            list(options),
            key="queue_of",
            format_func=lambda option: markup.line(options[option]),
            on_change=_choice,
        )
    elif queue.kind in _LABELS:
        st.caption("Nothing to choose from yet: scoring has not got there.")


def progress(review_view: ReviewView) -> None:
    """n of N decided, and the place in the queue."""
    number = f" · sample {review_view.position + 1:,}" if review_view.position >= 0 else ""
    second = f" · {review_view.second:,} wait for another reviewer" if review_view.second else ""
    words = f"{review_view.done:,} of {review_view.size:,} decided{number}{second}"
    st.progress(review_view.done / max(review_view.size, 1), text=markup.plain(words))
    if review_view.elsewhere:
        shows = "the next free sample is shown" if review_view.items else "no other sample is free"
        st.info(
            markup.plain(f"That sample is with {review_view.elsewhere} right now; {shows}."), icon=":material/group:"
        )


@storing.safely
def _kind() -> None:
    st.query_params["queue"] = st.session_state["queue_kind"]
    for name in ("of", "sample"):
        st.query_params.pop(name, None)


@storing.safely
def _choice() -> None:
    st.query_params["of"] = st.session_state["queue_of"]
    st.query_params.pop("sample", None)
