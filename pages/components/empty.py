"""What a page shows in an empty workspace: the demo set, or data of one's own."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.views.overview import first_steps as steps
from curation.views.runs import progress
from pages.components import first_steps, markup, storing


def show(now: progress.Activity | None = None) -> None:
    """Two ways to start; the demo button is off while an import is running."""
    busy = bool(now and now.importing)
    failed = [job for job in now.jobs if job.state == "failed" and job.kind == "import"] if now else []
    with st.container(border=True):
        st.markdown(
            "**Winnow turns a heap of image conversations into data worth training on.** It scores every sample, "
            "shows what looks wrong and why, and exports what you approve. This workspace is empty: import a dataset, "
            "or look around in the demo set first."
        )
        first_steps.show(steps.listing(server.current()), button=False)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Try the demo set",
                type="primary",
                icon=":material/play_arrow:",
                disabled=busy,
                on_click=_demo,
            )
            st.page_link("ingest.py", label="Import a dataset", icon=":material/upload_file:")
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
