"""Generated samples as they come in, with scores and flags, and the way to review."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common import display
from curation.common.counts import counted
from curation.decisions import decision_log
from curation.views.generate import arrivals, generate
from curation.views.generate.arrivals import Arrival, Arrivals
from pages.components import markup, person, picture, storing

_SAID = "generate_said"
_LONGEST = 260


def show() -> None:
    """The newest samples of a generated dataset; nothing while there is none."""
    names = arrivals.generated(server.current())
    if not names:
        return
    st.subheader("What was made")
    if st.session_state.get("generate_shown") not in names:
        st.session_state["generate_shown"] = names[0]
    name = st.selectbox("Dataset", names, key="generate_shown", width=340)
    busy = server.current().scoring or any(
        job.state == "running" for job in generate.jobs(server.current(), generate.MAKE)
    )
    st.fragment(_live, run_every=2.0 if busy else None, key="generate_arriving")(name)


def _live(name: str) -> None:
    dataset_arrivals = arrivals.view(server.current(), name)
    if not dataset_arrivals.count:
        st.caption("Its samples appear here in a moment.")
        return
    flagged = f", {dataset_arrivals.flagged:,} with open flags" if dataset_arrivals.flagged else ""
    markup.show(
        f'<span class="w-num"><b>{counted(dataset_arrivals.count, "sample")}</b>, '
        f"{dataset_arrivals.scored:,} scored so far{flagged}, "
        f"{dataset_arrivals.decided:,} decided, {dataset_arrivals.sent:,} sent to review</span>"
    )
    _acts(dataset_arrivals)
    st.caption("The newest first")
    head = ("", "Row", "First question and answer", "Turns", "Scores", "Open flags")
    markup.show(f'<div class="w-arrivals">{markup.table(head, map(_row, dataset_arrivals.newest), right=(3,))}</div>')


def _acts(dataset_arrivals: Arrivals) -> None:
    if message := st.session_state.pop(_SAID, ""):
        st.toast(markup.plain(message))
    owner = server.current()
    waiting = len(arrivals.waiting(owner, dataset_arrivals.name))
    with st.container(horizontal=True, vertical_alignment="center", key="generate_acts"):
        st.button(
            f"Send {counted(waiting, 'sample')} to review", icon=":material/forward:", key="generate_send",
            disabled=not waiting, on_click=_send, args=(dataset_arrivals.name, person.name()),
            help="They join the queue “Sent to review”; nothing is decided. One undo takes all of it back.",
        )  # fmt: skip
        st.button(
            "Undo", icon=":material/undo:", key="generate_undo", type="tertiary", on_click=_undo,
            args=(person.name(),), help="Takes your last act back, however many samples it was about",
        )  # fmt: skip
        params = {"dataset": dataset_arrivals.name}
        st.page_link("review.py", label="Review them", icon=":material/rate_review:", query_params=params)
        st.page_link("map.py", label="On the map", icon=":material/scatter_plot:", query_params=params)
        st.page_link("flags.py", label="Their flags", icon=":material/flag:", query_params=params)


def _row(arrival: Arrival) -> tuple[str, ...]:
    flags = "<br>".join(
        f'<span class="w-said">{markup.dot("w-bad")}{markup.safe(display.title(kind))} {count:,}</span>'
        for kind, count in arrival.flags.items()
    )
    values = "<br>".join(
        f'<span class="w-num">{"–" if value is None else f"{value:,.2f}"}</span> {markup.safe(title)}'
        for title, value in arrival.values.items()
    )
    words = f"<b>{markup.safe(_short(arrival.instruction))}</b><br>{markup.safe(_short(arrival.response))}"
    if all(value is None for value in arrival.values.values()):
        values = '<span class="w-soft">not scored yet</span>'
    return (
        picture.thumbnail(arrival.image_no),
        f"{arrival.row:,}",
        words,
        f"{arrival.turns:,}",
        values,
        flags or "none",
    )


def _short(text: str) -> str:
    text = text.replace("<image>", "").strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


@storing.safely
def _send(name: str, who: str) -> None:
    done = arrivals.send(server.current(), who, name)
    st.session_state[_SAID] = f"{counted(done.count, 'sample')} sent to review. Undo takes it back at once."


@storing.safely
def _undo(who: str) -> None:
    undone = decision_log.undo(server.current().workspace, who)
    st.session_state[_SAID] = (
        f"Took back “{undone['verdict']}” on {undone['count']:,}." if undone else "You have no decision to take back."
    )
