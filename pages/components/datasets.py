"""The datasets of the workspace and what can be done with each after its import."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.app import server
from curation.app.jobs import Job
from curation.common.errors import WinnowError
from curation.views.ingest import dataset_acts
from curation.views.ingest.dataset_acts import DatasetsView
from pages.components import drafts, markup, person, storing

_PROBLEM = "dataset_act_problem"


def show(datasets_view: DatasetsView) -> None:
    """The acts on one dataset, and what was done before."""
    st.subheader("Datasets")
    names = list(datasets_view.image_folders)
    if names:
        name = st.selectbox("Dataset", names, index=len(names) - 1, key="act_dataset")
        rename_tab, images_tab = st.tabs(["Rename", "Image folder"])
        with rename_tab:
            _rename(name)
        with images_tab:
            _relink(name, datasets_view.image_folders[name])
        problem = st.session_state.pop(_PROBLEM, None)
        if problem:
            st.error(markup.plain(problem), icon=":material/error:")
    _history(datasets_view)


def _rename(name: str) -> None:
    with st.form("rename_dataset", border=False, enter_to_submit=False):
        st.text_input("New name", key="rename_to", placeholder=name)
        st.form_submit_button("Rename", icon=":material/edit:", on_click=_start_rename, args=(name,))
    st.caption("Decisions, scores, tags and recipes keep to the dataset.")
    drafts.field("rename_to")


def _relink(name: str, folder: str) -> None:
    with st.form("relink_dataset", border=False, enter_to_submit=False):
        st.text_input("Image folder or archive", key="relink_to", placeholder=folder)
        st.checkbox(
            "Accept files with another content", key="relink_different",
            help="Off: a file counts only where its bytes are those of the import.",
        )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button("Relink", icon=":material/link:", on_click=_start_relink, args=(name, False))
            st.form_submit_button("Preview", icon=":material/search:", on_click=_start_relink, args=(name, True))
    st.caption("For images that were moved, or were missing at the import. Decisions and scores stay.")
    drafts.field("relink_to")


def _history(datasets_view: DatasetsView) -> None:
    if not datasets_view.events:
        return
    with st.expander("What was done with datasets", icon=":material/history:"):
        rows = [
            (markup.moment(event.made_at), markup.safe(event.who), markup.safe(event.dataset), markup.safe(event.act),
             markup.safe(event.detail))
            for event in datasets_view.events
        ]  # fmt: skip
        markup.show(markup.table(("When", "Who", "Dataset", "Act", ""), rows))


@storing.safely
def _start_rename(name: str) -> None:
    new = st.session_state.rename_to
    _start(lambda: dataset_acts.rename(server.current(), person.name(), name, new), "rename_to")


@storing.safely
def _start_relink(name: str, preview: bool) -> None:
    state = st.session_state
    folder, different = state.relink_to, bool(state.relink_different)
    _start(
        lambda: dataset_acts.relink(
            server.current(), person.name(), name, folder, preview=preview, accept_different=different
        ),
        "" if preview else "relink_to",
    )


def _start(start: Callable[[], Job], field: str) -> None:
    """Starts a job; what it was given is no draft any more, and a problem is said under the form."""
    try:
        start()
    except WinnowError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    if field:
        drafts.fields_saved(field)
        st.session_state[field] = ""
