"""How the split is written: format, images, preference data; and the first rows and files as they will be."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.exporting import format_labels, image_files, preferences, row_writer
from curation.exporting.row_writer import Form
from curation.views.export import export_form
from curation.views.export.export import ExportView
from curation.views.export.export_form import Choice, FormView
from pages.components import markup, storing

_IMAGES = {
    image_files.REFERENCE: "Keep original paths",
    image_files.COPY: "Copied into images/",
    image_files.PACK: "Put into the rows",
}
_FORMAT, _PICTURES, _PAIRS = "form_format", "form_images", "form_pairs"


def chosen() -> Form:
    """The form that this session chose."""
    state = st.session_state
    return Form(
        state.get(_FORMAT) or row_writer.ORIGINAL,
        state.get(_PICTURES) or image_files.REFERENCE,
        tuple(kind for kind in preferences.KINDS if state.get(f"{_PAIRS}_{kind}")),
    )


def show(shown: ExportView) -> None:
    """The choices, and what is to be known before choosing."""
    st.subheader("Format")
    known = {one.name: one for one in export_form.choices()}
    st.selectbox(
        "Format", [row_writer.ORIGINAL, *known], key=_FORMAT, persist_state="session",
        format_func=format_labels.title,
    )  # fmt: skip
    st.caption(_about(known.get(chosen().format)))
    st.radio(
        "Images", list(_IMAGES), key=_PICTURES, persist_state="session", format_func=_IMAGES.__getitem__,
        horizontal=True,
    )  # fmt: skip
    if chosen().format == row_writer.ORIGINAL and chosen().images == image_files.PACK:
        st.caption("Rows that go out as they came keep their images where they are; choose a format to put them in.")
    found = export_form.view(server.current(), shown, chosen())
    _mixed(found)
    _pairs(found)


def preview(shown: ExportView) -> None:
    """The files that will be written, the first rows, and the fields that are left behind."""
    owner, form = server.current(), chosen()
    found = export_form.view(owner, shown, form)
    st.markdown(
        f"**Files** ({markup.plain(format_labels.title(form.format))}), beside lists, recipe, manifest and card:"
    )
    st.code("\n".join(found.files), language=None)
    _left_behind(shown, form)
    st.markdown("**The first rows**, as they will be written")
    if found.problem:
        st.warning(markup.plain(found.problem), icon=":material/broken_image:")
    elif not found.rows:
        st.caption("Nothing goes out.")
    for row in found.rows:
        st.code(row, language=None, wrap_lines=True, height=min(320, 60 + 20 * row.count("\n")))


def _about(one: Choice | None) -> str:
    if one is None:
        return "Every row in its own format and kind of file, unchanged but for people's edits."
    packed = " Its files hold the images in any case." if one.packs else ""
    return markup.plain(f"Read by: {one.about}{packed}")


def _mixed(found: FormView) -> None:
    """What came in several formats goes out in as many files; a format for all makes it one."""
    if found.form.format != row_writer.ORIGINAL or len(found.came) < 2:
        return
    parts = ", ".join(f"{format_labels.title(name)} ({count:,})" for name, count in found.came.items())
    st.info(
        markup.plain(
            f"These samples came in {len(found.came)} formats: {parts}. As they came, they go into as many files; one "
            "format for all gives one file that a trainer can read."
        ),
        icon=":material/call_merge:",
    )
    st.button(
        markup.plain(f"Write all as {format_labels.title(found.suggested)}"), key="form_suggested", on_click=_take,
        args=(found.suggested,),
    )  # fmt: skip


def _pairs(found: FormView) -> None:
    counts = {
        "dpo": (markup.count(found.pairs, "pair"), found.pairs),
        "kto": (markup.count(found.labels, "label"), found.labels),
    }
    for kind, (words, count) in counts.items():
        st.checkbox(
            f"Also write {words} for {kind.upper()}", key=f"{_PAIRS}_{kind}", persist_state="session",
            disabled=not count and not st.session_state.get(f"{_PAIRS}_{kind}"), help=format_labels.PREFERENCES[kind],
        )  # fmt: skip


def _left_behind(shown: ExportView, form: Form) -> None:
    if form.format == row_writer.ORIGINAL:
        st.caption("Nothing is left behind: fields that Winnow does not know are written as they came.")
        return
    owner = server.current()
    if export_form.is_ready(owner, form):
        lost = export_form.not_carried(owner, shown, form)
    else:
        with st.spinner("Reading the fields of all rows …"):
            lost = export_form.not_carried(owner, shown, form)
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
