"""What a page shows in an empty workspace: the demo set, or data of one's own."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.runs import progress
from pages.components import markup, storing


def show(now: progress.Activity | None = None) -> None:
    """Two ways to start; the demo button is off while an import is running."""
    busy = bool(now and now.importing)
    failed = [job for job in now.jobs if job.state == "failed" and job.kind == "import"] if now else []
    with st.container(border=True):
        st.markdown("**This workspace is empty.** Import a set of conversations with images, or look around first.")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Try the demo set",
                type="primary",
                icon=":material/play_arrow:",
                disabled=busy,
                on_click=_demo,
            )
            st.page_link("ingest.py", label="Ingest a dataset", icon=":material/upload_file:")
        if busy:
            st.caption("An import is running; what comes in appears here.")
    for job in failed:
        st.error(markup.plain(f"{job.title} failed. {job.message}"), icon=":material/error:")


@storing.safely
def _demo() -> None:
    server.current().import_demo()


def show_if_empty() -> None:
    """The two ways to start, where there is no sample yet."""
    owner = server.current()
    if not progress.totals(owner)["samples"]:
        show(progress.activity(owner))
