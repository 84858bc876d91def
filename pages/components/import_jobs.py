"""Imports of this server: what is coming in, and what came of the last ones."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import progress
from pages.components import markup

SHOWN = 3


def show() -> None:
    """Draws the newest imports and keeps them live while one is running."""
    busy = bool(progress.activity(server.current()).importing)
    st.fragment(_live, run_every=0.7 if busy else None, key="jobs")(busy)


def _live(was_busy: bool) -> None:
    now = progress.activity(server.current())
    for job in reversed([one for one in now.jobs if one.kind == "import"][-SHOWN:]):
        if job.state == "running":
            left = markup.duration(job.eta_seconds)
            st.progress(
                min(job.share, 1.0),
                text=markup.plain(f"{job.title}: {job.rows:,} rows so far{f', {left} left' if left else ''}"),
            )
        elif job.state == "failed":
            st.error(markup.plain(f"{job.title} failed. {job.message}"), icon=":material/error:")
        else:
            st.success(markup.plain(job.message), icon=":material/check_circle:")
    if was_busy != bool(now.importing):
        st.rerun()
