"""The present run: how far it is, its columns, its workers' signs of life, with pause, resume and stop."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.runs.run_progress import ColumnProgress, RunProgress, WorkerSign
from curation.views.runs import progress, runs
from pages.components import activity, markup

_STATES = {"now": ("w-flagged", "being scored"), "next": ("", "comes next"), "done": ("w-good", "done"),
           "unavailable": ("w-bad", "unavailable")}  # fmt: skip
SHOWN_NEXT = 4


def show() -> None:
    """Draws the run and keeps it live while it goes on."""
    busy = progress.activity(server.current()).busy
    st.fragment(_live, run_every=1.0 if busy else None, key="run")(busy)


def _live(was_busy: bool) -> None:
    owner = server.current()
    now = progress.activity(owner)
    with st.container(border=True):
        head, buttons = st.columns([4, 1], vertical_alignment="center")
        with head:
            st.markdown(f"**{activity.STATES[now.state]}**")
            st.progress(now.share, text=activity.sentence(now) if now.total and now.busy else _rest(owner))
        with buttons:
            _buttons(owner, now)
        if now.failed:
            st.caption(f"{now.failed:,} values failed in this run; they are listed below.")
        if now.detail:
            st.caption(markup.plain(now.detail))
        if now.stalled:
            st.warning("The workers have given no sign of life for a minute.", icon=":material/hourglass_disabled:")
        present = runs.present(owner)
        if present:
            _columns(present)
            _workers(present.workers)
    if was_busy != now.busy:
        st.rerun()


def _rest(owner: server.Server) -> str:
    """What there is to do while nothing is running."""
    missing, absent = runs.missing(owner)
    said = f"{missing:,} values are missing" if missing else "Everything that can be scored here is scored"
    return f"{said}; {absent:,} values cannot be computed here." if absent else f"{said}."


def _buttons(owner: server.Server, now: progress.Activity) -> None:
    if now.state == "paused":
        st.button("Resume", icon=":material/play_arrow:", type="primary", on_click=owner.resume, width="stretch")
    elif now.state in ("loading", "running"):
        st.button("Pause", icon=":material/pause:", on_click=owner.pause, width="stretch")
    else:
        st.button(
            "Score what is missing", icon=":material/play_arrow:", on_click=owner.score, width="stretch",
            disabled=now.state == "waiting",
        )  # fmt: skip
        return
    st.button(
        "Stop", icon=":material/stop:", on_click=owner.stop_run, width="stretch",
        help="Ends the run after the present batch. What was computed is kept; scoring can go on at any time.",
    )  # fmt: skip


def _columns(run: RunProgress) -> None:
    """What is scored now and what comes next as rows; what comes later and what is over as names."""
    by_state = {state: [one for one in run.columns if one.state == state] for state in _STATES}
    coming = by_state["next"]
    rows = [_row(one) for one in (*by_state["now"], *by_state["unavailable"], *coming[:SHOWN_NEXT])]
    head = ("Metric", "", "Done", "Of", "Failed", "Per second", "Left", "State")
    if rows:
        markup.show(f'<div class="w-run">{markup.table(head, rows, right=(2, 3, 4, 5, 6))}</div>')
    later, over = coming[SHOWN_NEXT:], by_state["done"]
    said = [f"After that: {', '.join(one.name for one in later)}."] if later else []
    said += [f"Done in this run: {', '.join(_told(one) for one in over)}."] if over else []
    if said:
        st.caption(markup.plain(" ".join(said)))


def _told(one: ColumnProgress) -> str:
    return f"{one.name} ({one.failed:,} failed)" if one.failed else one.name


def _row(one: ColumnProgress) -> tuple[str, ...]:
    tone, word = _STATES[one.state]
    return (
        f"<b>{markup.safe(one.name)}</b>",
        markup.bar(one.done / max(one.total, 1), tone),
        f"{one.done:,}",
        f"{one.total:,}",
        f"{one.failed:,}",
        f"{one.rate:,.0f}" if one.rate else "",
        markup.duration(one.eta_seconds),
        markup.said(tone, word),
    )


def _workers(workers: Sequence[WorkerSign]) -> None:
    signs = (
        f'<span class="w-said">{markup.dot("w-bad" if one.silent_seconds > 30 else "w-good")}Worker {one.number + 1}: '
        f"{markup.safe(one.state)}, {one.done:,} values, last sign {_ago(one.silent_seconds)}</span>"
        for one in workers
    )
    markup.show(f'<div class="w-legend w-num">{"".join(signs)}</div>')


def _ago(seconds: float) -> str:
    return "just now" if seconds < 5 else f"{markup.duration(seconds)} ago"
