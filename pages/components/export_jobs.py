"""Exports that are being written: how far they are, and what came of those of this server."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.app.jobs import Job
from curation.common.counts import counted
from curation.views.export import exports
from pages.components import markup

SHOWN = 2


def show() -> None:
    """Draws the newest and keeps them live while one is running."""
    busy = any(job.state == "running" for job in exports.jobs(server.current()))
    st.fragment(_live, run_every=0.7 if busy else None, key="export_jobs")(busy)


def _live(was_busy: bool) -> None:
    jobs = exports.jobs(server.current())
    for job in jobs[:SHOWN]:
        _show(job)
    if was_busy != any(job.state == "running" for job in jobs):
        st.rerun()


def _show(job: Job) -> None:
    if job.state == "running":
        left = markup.duration(job.eta_seconds)
        sentence = f"{job.title}: {job.doing}, {counted(job.rows, 'row')}{f', {left} left' if left else ''}"
        st.progress(min(job.share, 1.0), text=markup.plain(sentence))
    elif job.state == "failed":
        st.error(markup.plain(f"{job.title} failed. {job.message}"), icon=":material/error:")
    else:
        st.success(markup.plain(job.message), icon=":material/check_circle:")
