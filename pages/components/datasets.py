"""The datasets of the workspace and what can be done with each after its import."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from curation.app import server
from curation.app.jobs import Job
from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.maintenance.removing import Removal
from curation.views.ingest import dataset_acts
from curation.views.ingest.dataset_acts import DatasetsView
from pages.components import drafts, markup, person, storing

_WHY = {"deleted": "deleted", "gone": "not in the newer file", "changed": "changed in the newer file"}
_DOUBTFUL = {"both": "Low and high ones", "low": "Low ones", "high": "High ones", "never": "None"}
_PROBLEM = "dataset_act_problem"
_SPLIT_FIELDS = ("split_field", "split_value", "split_into", "split_ids")


def show(datasets_view: DatasetsView) -> None:
    """The acts on one dataset, and what was done before."""
    st.subheader("Datasets")
    names = list(datasets_view.image_folders)
    if names:
        name = st.selectbox("Dataset", names, index=len(names) - 1, key="act_dataset")
        rename_tab, images_tab, file_tab, scores_tab, split_tab, merge_tab, delete_tab = st.tabs(
            ["Rename", "Image folder", "Newer file", "Scores", "Split", "Merge", "Delete"]
        )
        with rename_tab:
            _rename(name)
        with images_tab:
            _relink(name, datasets_view.image_folders[name])
        with file_tab:
            _reimport(name)
        with scores_tab:
            _scores(name)
        with split_tab:
            _split(name)
        with merge_tab:
            _merge(name, [other for other in names if other != name])
        with delete_tab:
            _delete(name)
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(markup.plain(problem), icon=":material/error:")
    _deleted(datasets_view)
    _workspace()
    _history(datasets_view)


def _delete(name: str) -> None:
    st.button("Delete", icon=":material/delete:", key="delete_dataset", on_click=_start_delete, args=(name,))
    st.caption("It is seen nowhere any more; Restore brings all of it back. Decisions stay in any case.")


def _reimport(name: str) -> None:
    with st.form("reimport_dataset", border=False, enter_to_submit=False):
        st.text_input("Newer file or folder", key="reimport_from", placeholder="/data/llava_instruct_v2.json")
        st.checkbox(
            "Keep samples that it has no row for", key="reimport_keep",
            help="Off: they are hidden, and Restore brings them back. On: the file only adds and corrects rows.",
        )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button("Re-import", icon=":material/sync:", on_click=_start_reimport, args=(name, False))
            st.form_submit_button("Compare", icon=":material/search:", on_click=_start_reimport, args=(name, True))
    st.caption("Unchanged samples keep scores and decisions; decisions on changed ones are asked again.")
    drafts.field("reimport_from")


def _scores(name: str) -> None:
    with st.form("dataset_scores", border=False, enter_to_submit=False):
        st.text_input("Table of scores", key="scores_from", placeholder="/data/self_filter.csv")
        st.selectbox("Doubtful values", list(_DOUBTFUL), format_func=_DOUBTFUL.__getitem__, key="scores_bad_when")
        st.form_submit_button("Import scores", icon=":material/table_view:", on_click=_start_scores, args=(name,))
    st.caption("Each column of numbers becomes a metric; the column key, id or row names the sample.")
    drafts.field("scores_from")


def _split(name: str) -> None:
    with st.form("split_dataset", border=False, enter_to_submit=False):
        field, value, into = st.columns(3)
        field.text_input("Field of the rows", key="split_field", placeholder="split")
        value.text_input("Value", key="split_value", placeholder="test")
        into.text_input("New dataset", key="split_into", placeholder=f"{name}-test")
        st.text_area("Or ids of rows, one a line", key="split_ids", height=70, max_chars=200_000)
        st.form_submit_button("Split", icon=":material/call_split:", on_click=_start_split, args=(name,))
    st.caption("The samples that fit go into the new dataset, with their scores and decisions.")
    for key in _SPLIT_FIELDS:
        drafts.field(key)


def _merge(name: str, others: Sequence[str]) -> None:
    if not others:
        st.caption("There is no other dataset.")
        return
    st.selectbox("Dataset whose samples come into it", others, key="merge_other")
    st.button("Merge", icon=":material/call_merge:", key="merge_datasets", on_click=_start_merge, args=(name,))
    st.caption("Both have one format, and one image folder that holds the images of both.")


def _workspace() -> None:
    with st.popover("Merge another workspace", icon=":material/merge:"):
        st.text_input("Workspace folder", key="merge_workspace", placeholder="/data/anns-workspace")
        st.caption("Samples of the same content are there once; scores and decisions come along.")
        st.button("Merge workspace", key="merge_workspace_start", type="primary", on_click=_start_merge_workspace)
        drafts.field("merge_workspace")


def _deleted(datasets_view: DatasetsView) -> None:
    if not datasets_view.removals:
        return
    st.markdown("**Deleted**")
    for removal in datasets_view.removals:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            words = f"{removal.dataset}: {counted(removal.samples, 'sample')} {_WHY[removal.why]}"
            st.markdown(markup.plain(f"{words}, by {removal.who} on {markup.moment(removal.made_at)}"), width="content")
            if removal.why != "changed":
                st.button(
                    "Restore", icon=":material/undo:", key=f"restore_{removal.removal_no}", on_click=_start_restore,
                    args=(removal,),
                )  # fmt: skip
    with st.popover("Remove for good", icon=":material/delete_forever:"):
        st.markdown(markup.plain(datasets_view.compaction.sentence()))
        st.button("Remove for good", key="compact", type="primary", on_click=_start_compact)


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
            st.form_submit_button("Check first", icon=":material/search:", on_click=_start_relink, args=(name, True))
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
        *([] if preview else ["relink_to"]),
    )


@storing.safely
def _start_reimport(name: str, preview: bool) -> None:
    state = st.session_state
    path, keep = state.reimport_from, bool(state.reimport_keep)
    _start(
        lambda: dataset_acts.reimport(server.current(), person.name(), name, path, keep_gone=keep, preview=preview),
        *([] if preview else ["reimport_from"]),
    )


@storing.safely
def _start_scores(name: str) -> None:
    path, bad_when = st.session_state.scores_from, st.session_state.scores_bad_when
    _start(lambda: dataset_acts.import_scores(server.current(), name, path, bad_when=bad_when), "scores_from")


@storing.safely
def _start_split(name: str) -> None:
    state = st.session_state
    into, field, value, ids = state.split_into, state.split_field, state.split_value, state.split_ids
    _start(
        lambda: dataset_acts.split(server.current(), person.name(), name, into, field=field, value=value, ids=ids),
        *_SPLIT_FIELDS,
    )


@storing.safely
def _start_merge(name: str) -> None:
    dataset_acts.merge(server.current(), person.name(), name, st.session_state.merge_other)


@storing.safely
def _start_merge_workspace() -> None:
    folder = st.session_state.merge_workspace
    _start(lambda: dataset_acts.merge_workspace(server.current(), person.name(), folder), "merge_workspace")


@storing.safely
def _start_delete(name: str) -> None:
    dataset_acts.delete(server.current(), person.name(), name)


@storing.safely
def _start_restore(removal: Removal) -> None:
    dataset_acts.restore(server.current(), person.name(), removal)


@storing.safely
def _start_compact() -> None:
    dataset_acts.compact(server.current(), person.name())


def _start(start: Callable[[], Job], *fields: str) -> None:
    """Starts a job; what it was given is no draft any more, and a problem is said under the form."""
    try:
        start()
    except WinnowError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    drafts.fields_saved(*fields)
    for field in fields:
        st.session_state[field] = ""
