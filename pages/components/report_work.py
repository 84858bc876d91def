"""Computing what takes time: one button that says how much there is, and its progress."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.report import report
from curation.views.report.report import Table
from pages.components import markup, storing
from pages.components.report_rows import Asked


def show(shown: Table, asked: Asked) -> None:
    """The button, or how far it is; the page is drawn anew when the work is done."""
    with st.container(key="report_work_place"):  # as high in every case, so that the tables stay where they are
        _show(shown, asked)


def _show(shown: Table, asked: Asked) -> None:
    if _running():
        st.fragment(_live, run_every=0.7, key="report_work")()
    elif shown.waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Compute {markup.count(shown.waiting, 'value')}", type="primary", icon=":material/calculate:",
                key="report_compute", on_click=_compute, args=(asked,),
            )  # fmt: skip
            if not _failed():
                st.caption(
                    "Diversity reads texts and vectors: a second or so per row, in the background, and then kept."
                )
    elif not _failed():
        st.caption("Everything that can be computed is computed.")


@storing.safely
def _compute(asked: Asked) -> None:
    report.compute(server.current(), asked.known, asked.chosen, equal=asked.equal, seed=asked.seed)


def _running() -> bool:
    return any(job.state == "running" for job in report.jobs(server.current()))


def _live() -> None:
    jobs = report.jobs(server.current())
    if not jobs or jobs[0].state != "running":
        st.rerun()
    job = jobs[0]
    left = markup.duration(job.eta_seconds)
    st.progress(min(job.share, 1.0), text=markup.plain(f"{job.doing or 'Reading'}{f', {left} left' if left else ''}"))


def _failed() -> bool:
    jobs = report.jobs(server.current())
    if not jobs or jobs[0].state != "failed":
        return False
    st.error(markup.plain(f"The indicators were not computed. {jobs[0].message}"), icon=":material/error:")
    return True
