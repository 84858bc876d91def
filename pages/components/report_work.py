"""Computing what takes time: one button that says how much there is, and its progress."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.views.report import report
from curation.views.report.report import Table
from pages.components import markup, storing
from pages.components.report_rows import ReportSets


def show(table: Table, report_sets: ReportSets) -> None:
    """Draws the button that computes what takes time, or how far it is; the page is drawn anew when the work is done.

    Args:
        table: Table with values that wait.
        report_sets: Sets of the table, and how they are drawn.
    """
    with st.container(key="report_work_place"):  # as high in every case, so that the tables stay where they are
        _show(table, report_sets)


def _show(table: Table, report_sets: ReportSets) -> None:
    if _running():
        st.fragment(_live, run_every=0.7, key="report_work")()
    elif table.waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Compute {counted(table.waiting, 'value')}", type="primary", icon=":material/calculate:",
                key="report_compute", on_click=_compute, args=(report_sets,),
            )  # fmt: skip
            if not _failed():
                st.caption(
                    "Diversity reads texts and vectors: a second or so per row, in the background, and then kept."
                )
    elif not _failed():
        st.caption("Everything that can be computed is computed.")


@storing.safely
def _compute(report_sets: ReportSets) -> None:
    report.compute(
        server.current(), report_sets.all_sets, report_sets.selected, equal=report_sets.equal, seed=report_sets.seed
    )


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
