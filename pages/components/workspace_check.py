"""Checks the workspace for faults, shows what was found, and repairs it after a copy."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.runs import workspace_check
from pages.components import markup, storing


def show() -> None:
    """The buttons and the findings; kept live while a check goes on."""
    job = workspace_check.job(server.current())
    busy = job is not None and job.is_open
    st.fragment(_live, run_every=0.7 if busy else None, key="workspace_check")(busy)


def _live(was_busy: bool) -> None:
    owner = server.current()
    job = workspace_check.job(owner)
    busy = job is not None and job.is_open
    checked = workspace_check.newest(owner)
    st.caption("Looks for rows that are lost or doubled, files that moved or changed, and what a killed program left.")
    with st.container(horizontal=True):
        st.button(
            "Check workspace", icon=":material/health_and_safety:", key="check_start", on_click=_start,
            args=(False,), disabled=busy,
        )  # fmt: skip
        st.checkbox(
            "Compare file contents", key="check_thorough", help="Reads every image and export, which takes a while."
        )
    if job is not None and busy:
        st.progress(min(job.share, 1.0), text=markup.plain(f"{job.title}: {job.doing or 'starting'}"))
    elif job is not None and job.state == "failed":
        st.error(markup.plain(job.message), icon=":material/error:")
    elif checked is not None:
        _findings(checked)
    if was_busy != busy:
        st.rerun()


def _findings(checked: workspace_check.Checked) -> None:
    if checked.copy:
        st.success(
            markup.plain(f"Repaired. The database as it was is kept at {checked.copy}."), icon=":material/build:"
        )
    if not checked.findings:
        st.success("Nothing is wrong.", icon=":material/check_circle:")
        return
    rows = [
        (markup.safe(finding.problem), markup.safe(finding.repair) or '<span class="w-soft">No repair</span>')
        for finding in checked.findings
    ]
    markup.show(markup.table(("Found", "A repair would"), rows))
    if checked.can_repair:
        st.button(
            "Repair", icon=":material/build:", key="check_repair", on_click=_start, args=(True,),
            help="Keeps a copy of the database first.",
        )  # fmt: skip


@storing.safely
def _start(repair: bool) -> None:
    thorough = bool(st.session_state.get("check_thorough"))
    workspace_check.start(server.current(), repair=repair, thorough=thorough)
