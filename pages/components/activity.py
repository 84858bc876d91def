"""What goes on in the background, live: imports and scoring, for the sidebar and the pages that watch."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.runs import progress
from pages.components import markup

STATES = {
    "waiting": "Scoring is about to start",
    "loading": "Loading models",
    "running": "Scoring",
    "paused": "Paused",
    "done": "Scoring is done",
    "stopped": "Scoring was stopped",
    "failed": "Scoring failed",
    "idle": "Nothing is running",
}


def show() -> None:
    """Draws the present activity and keeps it live only while something may change."""
    now = progress.activity(server.current())
    st.fragment(_live, run_every=1.0 if now.busy else None, key="activity")(now.busy, len(now.importing))


def _live(was_busy: bool, were_importing: int) -> None:
    now = progress.activity(server.current())
    if now.trouble:
        st.warning(markup.plain(now.trouble), icon=":material/lock:")
    for job in now.importing:
        if job.state == "waiting":
            st.caption(markup.plain(f"{job.title}: waiting for the job before it"))
            continue
        left = markup.duration(job.eta_seconds)
        st.progress(
            min(job.share, 1.0),
            text=markup.plain(
                f"{job.title}: {job.doing or counted(job.rows, 'row')}{f', {left} left' if left else ''}"
            ),
        )
    if now.state in ("waiting", "loading"):
        st.progress(0.0, text=f"{STATES[now.state]} …")
    elif now.state in ("running", "paused"):
        st.progress(now.share, text=sentence(now))
    elif now.state == "failed":
        st.error(markup.plain(f"Scoring failed. {now.detail}"), icon=":material/error:")
    if now.stalled:
        st.warning("No sign of life from the workers for a minute.", icon=":material/hourglass_disabled:")
    if was_busy != now.busy or were_importing != len(now.importing):
        st.rerun()


def sentence(now: progress.Activity) -> str:
    """The run in one line: state, values, rate, time left."""
    parts = [f"{STATES[now.state]}: {now.done:,} of {counted(now.total, 'value')}"]
    if now.rate and now.state == "running":
        parts.append(f"{now.rate:,.0f} per second")
    if now.eta_seconds is not None and now.state == "running":
        parts.append(f"{markup.duration(now.eta_seconds)} left")
    if now.waiting and now.state == "running":
        parts.append(now.waiting)
    return markup.plain(", ".join(parts))
