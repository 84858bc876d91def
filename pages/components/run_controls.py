"""The present run: how far it is, its columns, its workers' signs of life, with pause, resume and stop."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.common.counts import counted
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
            st.progress(now.share, text=activity.sentence(now) if now.total and now.busy else _idle_sentence(owner))
        with buttons:
            _buttons(owner, now)
        if now.failed:
            st.caption(f"{counted(now.failed, 'value')} failed in this run; they are listed below.")
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


def _idle_sentence(owner: server.Server) -> str:
    """What there is to do while nothing is running."""
    missing, absent = runs.missing(owner)
    sentence = (
        f"{counted(missing, 'value', 'is', 'are')} missing"
        if missing
        else "Everything that can be scored here is scored"
    )
    return f"{sentence}; {counted(absent, 'value')} cannot be computed here." if absent else f"{sentence}."


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
    by_state = {state: [column for column in run.columns if column.state == state] for state in _STATES}
    coming = by_state["next"]
    rows = [_row(column) for column in (*by_state["now"], *by_state["unavailable"], *coming[:SHOWN_NEXT])]
    head = ("Metric", "", "Done", "Of", "Failed", "Per second", "Left", "State")
    if rows:
        markup.show(f'<div class="w-run">{markup.table(head, rows, right=(2, 3, 4, 5, 6))}</div>')
    later, over = coming[SHOWN_NEXT:], by_state["done"]
    lines = [f"After that: {', '.join(column.name for column in later)}."] if later else []
    lines += [f"Done in this run: {', '.join(_name_with_failures(column) for column in over)}."] if over else []
    if lines:
        st.caption(markup.plain(" ".join(lines)))


def _name_with_failures(column: ColumnProgress) -> str:
    return f"{column.name} ({column.failed:,} failed)" if column.failed else column.name


def _row(column: ColumnProgress) -> tuple[str, ...]:
    tone, word = _STATES[column.state]
    return (
        f"<b>{markup.safe(column.name)}</b>",
        markup.bar(column.done / max(column.total, 1), tone),
        f"{column.done:,}",
        f"{column.total:,}",
        f"{column.failed:,}",
        f"{column.rate:,.0f}" if column.rate else "",
        markup.duration(column.eta_seconds),
        markup.state_label(tone, word),
    )


def _workers(workers: Sequence[WorkerSign]) -> None:
    signs = (
        f'<span class="w-said">{markup.dot("w-bad" if worker.silent_seconds > 30 else "w-good")}'
        f"Worker {worker.number + 1}: {markup.safe(worker.state)}, {counted(worker.done, 'value')}, "
        f"last sign {_ago(worker.silent_seconds)}</span>"
        for worker in workers
    )
    markup.show(f'<div class="w-legend w-num">{"".join(signs)}</div>')


def _ago(seconds: float) -> str:
    return "just now" if seconds < 5 else f"{markup.duration(seconds)} ago"
