"""How the split is written: format, images, preference data; and the first rows and files as they will be."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.exporting import format_labels, image_files, preferences
from curation.exporting.form import ORIGINAL, Form
from curation.views.export import export_form
from curation.views.export.export import ExportView
from curation.views.export.export_form import Choice, FormView
from pages.components import markup, storing, written_row

_IMAGES = {
    image_files.REFERENCE: "Keep original paths",
    image_files.COPY: "Copied into images/",
    image_files.PACK: "Put into the rows",
}
_FORMAT, _PICTURES, _PAIRS = "form_format", "form_images", "form_pairs"


def current_form() -> Form:
    """The form that this session chose."""
    state = st.session_state
    return Form(
        state.get(_FORMAT) or ORIGINAL,
        state.get(_PICTURES) or image_files.REFERENCE,
        tuple(kind for kind in preferences.KINDS if state.get(f"{_PAIRS}_{kind}")),
    )


def show(export_view: ExportView) -> None:
    """The choices, and what is to be known before choosing."""
    st.subheader("Output format")
    choice_by_name = {choice.name: choice for choice in export_form.choices()}
    st.selectbox(
        "Format", [ORIGINAL, *choice_by_name], key=_FORMAT, persist_state="session",
        format_func=format_labels.title, label_visibility="collapsed",
    )  # fmt: skip
    st.caption(_about(choice_by_name.get(current_form().format)))
    st.radio(
        "Images", list(_IMAGES), key=_PICTURES, persist_state="session", format_func=_IMAGES.__getitem__,
        horizontal=True,
    )  # fmt: skip
    form_view = export_form.view(server.current(), export_view, current_form())
    _mixed(form_view)
    _pairs(form_view)


def preview(export_view: ExportView) -> None:
    """The files that will be written, the first rows, and the fields that are left behind."""
    owner, form = server.current(), current_form()
    form_view = export_form.view(owner, export_view, form)
    st.markdown(
        f"**Files** ({markup.plain(format_labels.title(form.format))}), beside lists, recipe, manifest and card:"
    )
    st.code("\n".join(form_view.files), language=None)
    _left_behind(export_view, form)
    st.markdown("**The first rows**, as they will be written, and what a reader of the format sees in them")
    if form_view.problem:
        st.warning(markup.plain(form_view.problem), icon=":material/broken_image:")
        return
    with st.spinner("Writing the first rows …"):
        rows = export_form.first_rows(owner, export_view, form)
    if not rows:
        st.caption("None of the first samples has a row in this format." if export_view.size else "Nothing goes out.")
    for row in rows:
        written_row.show(row)


def _about(choice: Choice | None) -> str:
    if choice is None:
        return "Every row in its own format and kind of file, unchanged but for people's edits."
    packed = " Its files hold the images in any case." if choice.packs else ""
    return markup.plain(f"Read by: {choice.about}{packed}")


def _mixed(form_view: FormView) -> None:
    """What came in several formats goes out in as many files; a format for all makes it one."""
    if form_view.form.format != ORIGINAL or len(form_view.came) < 2:
        return
    parts = ", ".join(f"{format_labels.title(name)} ({count:,})" for name, count in form_view.came.items())
    st.info(
        markup.plain(
            f"These samples came in {len(form_view.came)} formats: {parts}. As they came, they go into as many files; "
            "one format for all gives one file that a trainer can read."
        ),
        icon=":material/call_merge:",
    )
    st.button(
        markup.plain(f"Write all as {format_labels.title(form_view.suggested)}"), key="form_suggested", on_click=_take,
        args=(form_view.suggested,),
    )  # fmt: skip


def _pairs(form_view: FormView) -> None:
    counts = {
        "dpo": (counted(form_view.pairs, "pair"), form_view.pairs),
        "kto": (counted(form_view.labels, "label"), form_view.labels),
    }
    for kind, (words, count) in counts.items():
        st.checkbox(
            f"Also write {words} for {kind.upper()}", key=f"{_PAIRS}_{kind}", persist_state="session",
            disabled=not count and not st.session_state.get(f"{_PAIRS}_{kind}"), help=format_labels.PREFERENCES[kind],
        )  # fmt: skip


def _left_behind(export_view: ExportView, form: Form) -> None:
    if form.format == ORIGINAL:
        st.caption("Nothing is left behind: fields that Winnow does not know are written as they came.")
        return
    owner = server.current()
    if export_form.is_ready(owner, form):
        lost = export_form.not_carried(owner, export_view, form)
    else:
        with st.spinner("Reading the fields of all rows …"):
            lost = export_form.not_carried(owner, export_view, form)
    if not lost:
        st.caption("Nothing is left behind: the format has a place for every field of these rows.")
        return
    st.markdown("**Left behind**: the format has no place for these fields")
    rows = [
        (markup.safe(dataset), f"<code>{markup.safe(field)}</code>", f"{count:,}")
        for dataset, fields in lost.items()
        for field, count in fields.items()
    ]
    markup.show(f'<div class="w-cells">{markup.table(("Dataset", "Field", "Rows"), rows, right=(2,))}</div>')


@storing.safely
def _take(name: str) -> None:
    st.session_state[_FORMAT] = name
