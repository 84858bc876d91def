"""Where the data comes from: a path on the server's machine, an upload, or the demo set."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import ingest
from pages.components import markup

ANY = "recognise by its rows"


def show(shown: ingest.IngestView) -> None:
    """The two ways in, as tabs; errors are shown under the form that caused them."""
    path_tab, upload_tab = st.tabs(["From a path", "Upload"])
    with path_tab:
        _path(shown.formats)
    with upload_tab:
        _upload()
    st.button("Try the demo set", icon=":material/play_arrow:", on_click=_demo, type="tertiary")


def _path(formats: list[str]) -> None:
    with st.form("import_path", border=True):
        st.text_input("Dataset file", key="import_file", placeholder="/data/llava_instruct.json")
        st.caption("A path on the machine that Winnow runs on: a JSON list or JSON Lines.")
        st.text_input("Image folder", key="import_images", placeholder="the folder “images” beside the file")
        st.text_input("Annotations", key="import_annotations", placeholder="optional: objects, boxes and captions")
        name, form = st.columns(2)
        name.text_input("Name", key="import_name", placeholder="the file's name")
        form.selectbox("Format", [ANY, *formats], key="import_format")
        st.form_submit_button("Import", type="primary", icon=":material/upload_file:", on_click=_start)
    _error("import_error")


def _upload() -> None:
    with st.form("import_upload", border=True, clear_on_submit=True):
        st.file_uploader("Dataset file or zip", type=["json", "jsonl", "zip"], key="upload_file")
        st.caption("For small sets. A zip holds one dataset file and its pictures.")
        st.text_input("Name", key="upload_name", placeholder="the file's name")
        st.form_submit_button(
            "Upload and import", type="primary", icon=":material/upload_file:", on_click=_start_upload
        )
    _error("upload_error")


def _error(key: str) -> None:
    message = st.session_state.pop(key, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _start() -> None:
    state = st.session_state
    chosen = state.import_format
    try:
        ingest.start(
            server.current(),
            state.import_file,
            images=state.import_images,
            annotations=state.import_annotations,
            name=state.import_name,
            format_name=None if chosen == ANY else chosen,
        )
    except ingest.RequestError as error:
        state.import_error = str(error)


def _start_upload() -> None:
    state = st.session_state
    if state.upload_file is None:
        state.upload_error = "Choose a file to upload."
        return
    try:
        ingest.start_upload(server.current(), state.upload_file.name, state.upload_file, name=state.upload_name)
    except ingest.RequestError as error:
        state.upload_error = str(error)


def _demo() -> None:
    server.current().import_demo()
