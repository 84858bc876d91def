"""What an import would make of a file, shown before anything is imported; then the button that imports it."""

from __future__ import annotations

import base64

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.importing import outcomes
from curation.previewing import wording
from curation.previewing.preview import ImportPreview, PreviewPicture, PreviewRow
from curation.views.ingest import ingest, previews
from curation.views.ingest.previews import PreviewRequest, PreviewView
from curation.views.sample import content
from curation.views.sample.content import TurnView
from pages.components import column_selects, conversation, markup, storing

_REQUEST = "preview_request"
_ERROR = "preview_error"
_READ = "preview_read"


@storing.safely
def open_for(request: PreviewRequest) -> None:
    """Makes the next run of the page show this preview."""
    _close()
    st.session_state[_REQUEST] = request


def show() -> None:
    """Draws the preview that was asked for, if any."""
    request = st.session_state.get(_REQUEST)
    if request is None:
        return
    with st.container(border=True, key="import_preview"):
        view, request, first = _view(request)
        if view.preview is None:
            st.error(markup.plain(view.problem), icon=":material/error:")
        else:
            _head(view.preview)
        _buttons(view, request)
        if view.preview is not None:
            _body(view, view.preview, request, first)


def _view(request: PreviewRequest) -> tuple[PreviewView, PreviewRequest, PreviewView]:
    """The preview by the columns that are chosen, where these are mapped; the request; the preview without a mapping.

    Rows that no format knows are mapped without being asked for it.
    """
    first = _read(request, None)
    is_unknown = first.preview is not None and bool(first.preview.problem) and not first.preview.choices
    if is_unknown and not request.maps:
        request = previews.mapping_of(request)
        st.session_state[_REQUEST] = request
    if first.preview is None or not request.maps or first.preview.is_empty:
        return first, request, first
    return _read(request, column_selects.columns(first.preview)), request, first


def _read(request: PreviewRequest, columns: dict[str, str] | None) -> PreviewView:
    """Reads a preview once, for as long as it is open."""
    views: dict[str, PreviewView] = st.session_state.setdefault(_READ, {})
    key = repr((request, columns))
    if key not in views:
        views[key] = previews.view(server.current(), request, columns)
    return views[key]


def _head(preview: ImportPreview) -> None:
    st.markdown(f"**Preview of {markup.plain(preview.name)}** · nothing is imported yet")
    facts = [preview.container, wording.rows(preview)]
    if preview.format_title and not preview.problem:
        facts.append(f"{preview.format_title}. {preview.certainty}")
    st.caption(markup.plain(" · ".join(facts)))
    if preview.listed:
        named = ", ".join(preview.listed)
        st.caption(markup.plain(f"It names {len(preview.listed)} dataset(s), {named}; this is the first."))


def _body(view: PreviewView, preview: ImportPreview, request: PreviewRequest, first: PreviewView) -> None:
    if preview.is_empty:
        st.info("An empty dataset: the file has no rows, so there is nothing to import.", icon=":material/info:")
        return
    if preview.choices:
        _choices(preview, request)
    if request.maps:
        selects, rows = st.columns([2, 3], gap="medium")
        with selects:
            column_selects.show(view, preview)
            _near(first)
        with rows:
            _rows(preview)
    else:
        _rows(preview)


def _choices(preview: ImportPreview, request: PreviewRequest) -> None:
    st.markdown(":material/help: **Which format are its rows in?** More than one fits.")
    titles = {format_view.name: format_view.title for format_view in ingest.formats()}
    for name in preview.choices:
        st.button(
            f"Read as {markup.plain(titles[name])}", key=f"preview_as_{name}", on_click=open_for,
            args=(previews.chosen_format(request, name),),
        )  # fmt: skip


def _rows(preview: ImportPreview) -> None:
    if preview.problem:
        st.dataframe(list(map(dict, preview.values)), hide_index=True, height="content")
        return
    st.caption(f"Images: {markup.plain(wording.images(preview))}.")
    named = [(outcomes.words(outcomes.ROWS, name), count) for name, count in preview.outcomes.items()]
    named += [(f"· {outcomes.words(outcomes.LINT, kind)}", count) for kind, count in preview.lint.items()]
    body = [(markup.safe(words), f"{count:,}") for words, count in named]
    markup.show(markup.table((f"Of the first {counted(preview.looked_at, 'row')}", "Rows"), body, right=(1,)))
    markup.show("".join(_row(row) for row in preview.rows))


def _near(first: PreviewView) -> None:
    """Which formats came near to rows that none fits, and why they do not fit."""
    if first.preview is None or not first.preview.problem:
        return
    st.caption("No known format fits these rows." + (" Nearest are:" if first.preview.near else ""))
    for near in first.preview.near:
        st.caption(f"**{markup.plain(near.title)}**: {markup.plain(near.why)}")


def _row(row: PreviewRow) -> str:
    """A row as markup: its pictures beside its conversation, or why it is left out."""
    label = f"Row {row.number + 1}"
    if row.detail:
        return (
            f'<div class="w-preview"><div class="w-soft">{label}</div><div class="w-none">'
            f"<b>{markup.safe(outcomes.words(outcomes.ROWS, row.outcome))}.</b> {markup.safe(row.detail)}</div></div>"
        )
    turns = [TurnView(turn.instruction or "", turn.response or "", ()) for turn in row.turns]
    pictures = "".join(map(_picture, row.pictures))
    if row.more_pictures:
        pictures += f'<div class="w-soft">and {counted(row.more_pictures, "more picture")}</div>'
    system = f'<div class="w-who">System</div><div class="w-bubble">{markup.safe(row.system)}</div>'
    kinds = ", ".join(outcomes.words(outcomes.LINT, kind) for kind in row.lint)
    return (
        f'<div class="w-preview"><div class="w-soft">{label}{markup.safe(f" · {kinds}" if kinds else "")}</div>'
        f'<div class="w-preview-row"><div class="w-preview-pictures">{pictures}</div>'
        f"<div>{system if row.system else ''}{conversation.html(turns)}</div></div></div>"
    )


def _picture(row_picture: PreviewPicture) -> str:
    name = markup.safe(row_picture.ref)
    if row_picture.thumbnail is None:
        why = content.why(row_picture.outcome, "Not at the path that the row names.")
        return f'<div class="w-none"><b>No picture.</b> {why}<br><code>{name}</code></div>'
    data = base64.b64encode(row_picture.thumbnail).decode()
    return (
        f'<figure class="w-figured"><img src="data:image/jpeg;base64,{data}" alt="{name}">'
        f'<figcaption class="w-soft">{name}</figcaption></figure>'
    )


def _buttons(view: PreviewView, request: PreviewRequest) -> None:
    preview = view.preview
    with st.container(horizontal=True, key="preview_buttons"):
        if preview is not None and not preview.problem:
            st.button(
                "Import these rows", type="primary", icon=":material/upload_file:", key="preview_import",
                on_click=_import, args=(request,),
            )  # fmt: skip
        if preview is not None and not request.maps and not preview.is_empty:
            st.button(
                "Choose the columns", key="preview_map", icon=":material/view_column:", on_click=open_for,
                args=(previews.mapping_of(request),),
            )  # fmt: skip
        if view.mapping:
            st.download_button(
                "Save the mapping", view.mapping, "mapping.json", "application/json", on_click="ignore",
                icon=":material/download:", key="preview_mapping",
            )  # fmt: skip
        st.button("Close the preview", key="preview_close", on_click=_close)
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


@storing.safely
def _import(request: PreviewRequest) -> None:
    try:
        previews.start(server.current(), request, column_selects.selection() if request.maps else None)
    except ingest.RequestError as error:
        st.session_state[_ERROR] = str(error)
        return
    _close()


@storing.safely
def _close() -> None:
    for key in (_REQUEST, _READ):
        st.session_state.pop(key, None)
    column_selects.forget()
