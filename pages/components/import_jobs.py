"""Imports of this server: what is coming in, and what came of the last ones."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.app.jobs import DATASET, IMPORT, Job
from curation.common.counts import counted
from curation.views.ingest import ingest, previews
from curation.views.runs import progress
from pages.components import import_preview, markup, storing

SHOWN = 3
_SEEN = "import_seen"


def show() -> None:
    """Draws the newest imports and keeps them live while one is running."""
    under_way = _under_way()
    st.fragment(_live, run_every=0.7 if under_way else None, key="jobs")(under_way)


def newly_imported() -> str:
    """The dataset of the newest import that ended since this browser last asked; "" where there is none."""
    done = [job for job in server.current().jobs if job.kind == "import" and job.state == "done" and job.reports]
    newest = done[-1] if done else None
    if newest is None or newest.number <= st.session_state.get(_SEEN, 0):
        return ""
    st.session_state[_SEEN] = newest.number
    return newest.reports[-1].dataset


def _under_way() -> tuple[int, ...]:
    """Numbers of the jobs that wait or run."""
    return tuple(job.number for job in progress.activity(server.current()).importing)


def _live(were_under_way: tuple[int, ...]) -> None:
    now = progress.activity(server.current())
    for job in reversed([past_job for past_job in now.jobs if past_job.kind in (IMPORT, DATASET)][-SHOWN:]):
        if job.state == "waiting":
            st.progress(0.0, text=markup.plain(f"{job.title}: waiting for the job before it"))
        elif job.state == "running":
            left = markup.duration(job.eta_seconds)
            doing = f"{job.doing}, {job.rows:,}" if job.doing else counted(job.rows, "row")
            st.progress(
                min(job.share, 1.0),
                text=markup.plain(f"{job.title}: {doing} so far{f', {left} left' if left else ''}"),
            )
        elif job.state == "failed":
            _failed(job)
        elif job.state == "asks":
            _ask(job)
        elif job.state == "done":
            st.success(markup.plain(job.message), icon=":material/check_circle:")
    if were_under_way != _under_way():  # the buttons of the imports that ended can be clicked again
        st.rerun()


def _failed(job: Job) -> None:
    """Why nothing came in; columns that nobody knows can be mapped."""
    st.error(markup.plain(f"{job.title} failed. {job.message}"), icon=":material/error:")
    request = previews.of_job(job)
    with st.container(horizontal=True):
        if request:
            st.button(
                "Choose the columns", key=f"map_{job.number}", type="primary", icon=":material/view_column:",
                on_click=import_preview.open_for, args=(request,),
            )  # fmt: skip
        st.button("Dismiss", key=f"dismiss_{job.number}", on_click=server.current().dismiss, args=(job,))


def _ask(job: Job) -> None:
    """Two formats fit: the person says which, and the import goes on."""
    format_by_name = {row_format.name: row_format for row_format in ingest.formats()}
    with st.container(border=True, key=f"ask_{job.number}"):
        st.markdown(f":material/help: **{markup.plain(job.title)}: which format are its rows in?** Both fit.")
        for name in job.choices:
            about = markup.plain(format_by_name[name].about.replace("`", ""))
            st.button(
                f"Read as {markup.plain(format_by_name[name].title)}", key=f"answer_{job.number}_{name}",
                icon=":material/upload_file:", on_click=_answer, args=(job, name),
            )  # fmt: skip
            st.caption(f"Used by: {about}")


@storing.safely
def _answer(job: Job, name: str) -> None:
    server.current().answer(job, name)
