"""Where the data comes from: a path on the server's machine, an upload, or the demo set."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from curation.app import server
from curation.importing import uploads
from curation.views.ingest import ingest, previews
from pages.components import drafts, file_browser, import_preview, markup, storing

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

ANY = "recognise by its rows"
_FIELDS = ("import_file", "import_images", "import_annotations", "import_name")
_IMPORTED = "import_of"
_UPLOADS = "uploads"
_CLICKED = "import_clicked_at"
DOUBLE_CLICK_SECONDS = 2.0


def show(ingest_view: ingest.IngestView) -> None:
    """The two ways in, as tabs; errors are shown under the form that caused them."""
    path_tab, upload_tab = st.tabs(["From a path", "Upload"])
    with path_tab:
        _path(ingest_view)
    with upload_tab:
        _upload()
    st.button(
        "Try the demo set", key="import_demo", icon=":material/play_arrow:", on_click=_demo, type="tertiary",
        disabled=server.current().is_importing_demo,
    )  # fmt: skip


def _path(ingest_view: ingest.IngestView) -> None:
    titles = {row_format.name: row_format.title for row_format in ingest_view.formats}
    with st.container(border=True, key="import_path"):  # no form: the button shows whether these fields are imported
        st.text_input("Dataset file or folder", key="import_file", placeholder="/data/llava_instruct.json")
        st.caption(
            "A path on the machine that Winnow runs on: a file of rows, a folder of Parquet files, of tar shards or of "
            "pictures with their metadata, or a file that names several datasets. Or an address, such as "
            "s3://bucket/set.jsonl."
        )
        st.text_input("Image folder or archive", key="import_images", placeholder="the folder “images” beside the file")
        st.text_area(
            "Annotations", key="import_annotations", height=70, max_chars=20_000,
            placeholder="optional: objects, boxes and captions; one file a line",
        )  # fmt: skip
        name, form = st.columns(2)
        name.text_input("Name", key="import_name", placeholder="the file's name")
        form.selectbox(
            "Format", [ANY, *titles], key="import_format", format_func=lambda option: titles.get(option, option)
        )  # fmt: skip
        _switches()
        with st.container(horizontal=True):
            st.button("Preview", key="preview_start", type="primary", icon=":material/preview:", on_click=_preview)
            is_importing = ingest.is_importing(server.current(), st.session_state.import_file, **_form_fields())
            st.button(
                "Importing …" if is_importing else "Import", key="import_start", icon=":material/upload_file:",
                on_click=_start, disabled=is_importing,
            )  # fmt: skip
    file_browser.show("import_file")
    for key in _FIELDS:
        drafts.field(key)
    _error("import_error")


def _switches() -> None:
    st.toggle("Download images from the web", key="import_fetch")
    st.caption("Off: images given as web addresses are not shown. On: download each image once.")
    st.toggle("Allow images outside the folder", key="import_links")
    st.caption("Off: links out of the image folder are not opened. On: rows can use any image on this machine.")


def _upload() -> None:
    with st.form("import_upload", border=True, enter_to_submit=False):
        st.file_uploader("Dataset file or zip", type=list(uploads.ENDINGS), key=_upload_key())
        st.caption(
            "For small sets. A zip holds one dataset with its images: rows and pictures, a folder of pictures with "
            "metadata (also CSV), shards, or a meta file with the sets that it names."
        )
        st.text_input("Name", key="upload_name", placeholder="the file's name")
        with st.container(horizontal=True):
            st.form_submit_button(
                "Upload and preview", type="primary", icon=":material/preview:", on_click=_preview_upload
            )
            st.form_submit_button("Upload and import", icon=":material/upload_file:", on_click=_start_upload)
    drafts.field("upload_name")
    _error("upload_error")


def _error(key: str) -> None:
    message = st.session_state.pop(key, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


@storing.safely
def _start() -> None:
    """Starts the import; a second click on the same fields at once starts nothing, though the first import is over."""
    state = st.session_state
    request = _form_fields()
    if state.get(_IMPORTED) == (state.import_file, request) and _is_double_click():
        return
    try:
        ingest.start(server.current(), state.import_file, **request)
    except ingest.RequestError as error:
        state.import_error = str(error)
        return
    state[_IMPORTED], state[_CLICKED] = (state.import_file, request), time.monotonic()
    drafts.fields_saved(*_FIELDS)


def _form_fields() -> ingest.FormFields:
    state = st.session_state
    return {
        "images": state.import_images,
        "annotations": state.import_annotations,
        "name": state.import_name,
        "format_name": None if state.import_format == ANY else state.import_format,
        "fetch": state.import_fetch,
        "follow_links": state.import_links,
    }


@storing.safely
def _preview() -> None:
    """Shows the first rows; nothing is imported."""
    try:
        import_preview.open_for(previews.of_path(st.session_state.import_file, **_form_fields()))
    except ingest.RequestError as error:
        st.session_state.import_error = str(error)


@storing.safely
def _start_upload() -> None:
    _take_upload(lambda file, name: ingest.start_upload(server.current(), file.name, file, name=name))


@storing.safely
def _preview_upload() -> None:
    _take_upload(
        lambda file, name: import_preview.open_for(previews.of_upload(server.current(), file.name, file, name=name))
    )


def _take_upload(act: Callable[[UploadedFile, str], object]) -> None:
    """Does something with the file that was chosen, and empties the form."""
    state = st.session_state
    file = state.get(_upload_key())
    if file is None:
        if _is_double_click():  # the first click took the file
            return
        state.upload_error = "Choose a file to upload."
        return
    try:
        act(file, state.upload_name)
        state[_CLICKED], state[_UPLOADS] = time.monotonic(), state.get(_UPLOADS, 0) + 1
        state.upload_name = ""
        drafts.fields_saved("upload_name")
    except ingest.RequestError as error:
        state.upload_error = str(error)


def _upload_key() -> str:
    """Another field for each upload: a form that is cleared by a click sends an empty one with the second click."""
    return f"upload_file_{st.session_state.get(_UPLOADS, 0)}"


def _is_double_click() -> bool:
    """True when an import was started a moment ago; a button cannot be disabled before the page is drawn again."""
    return time.monotonic() - st.session_state.get(_CLICKED, -DOUBLE_CLICK_SECONDS) < DOUBLE_CLICK_SECONDS


@storing.safely
def _demo() -> None:
    server.current().import_demo()
