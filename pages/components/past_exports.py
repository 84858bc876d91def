"""Approved exports: download, where each lies, its card and recipe, and what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.exporting.export_folder import ExportError
from curation.views.export import exports
from curation.views.export.exports import ApprovedExport, Difference
from pages.components import markup

_HEAD = ("Download", "Samples", "Format", "Approved by", "When", "Note")


def show(past: Sequence[ApprovedExport]) -> None:
    """The newest first; the zip holds split, lists, recipe, manifest and card."""
    if not past:
        st.caption("Nothing has been approved yet.")
        return
    rows = [
        (
            _link(export),
            f"{export.samples:,}",
            markup.safe(export.form),
            markup.safe(export.who),
            markup.moment(export.made_at),
            f'<span class="w-clip" title="{markup.safe(export.note)}">{markup.safe(export.note)}</span>',
        )
        for export in past
    ]
    markup.show(f'<div class="w-cells">{markup.table(_HEAD, rows, right=(1,))}</div>')
    left, right = st.columns([3, 2], gap="large")
    with left:
        _look(past)
    with right:
        _compare(past)


def _look(past: Sequence[ApprovedExport]) -> None:
    export = _choose("Show export", past, "past_look")
    st.caption("Its folder on the server" + ("" if export.folder_present else " (no longer holds it)"))
    st.code(export.path, language=None, wrap_lines=True)
    documents = exports.documents(server.current(), export.export_no)
    if documents is None:
        return
    with st.container(horizontal=True):
        for name, text in (
            ("manifest.json", documents.manifest),
            ("recipe.json", documents.recipe),
            ("README.md", documents.head + documents.card),
        ):
            st.download_button(name, text, name, key=f"past_{name}", on_click="ignore", icon=":material/download:")
    with st.expander("Card", icon=":material/description:"):
        st.markdown(documents.card)


def _compare(past: Sequence[ApprovedExport]) -> None:
    if len(past) < 2:
        st.caption("With two exports, what changed between them is shown here.")
        return
    later = _choose("Compare", past, "past_later")
    others = [export for export in past if export.export_no != later.export_no]
    earlier = _choose("with", others, "past_earlier")
    try:
        _difference(exports.compare(server.current(), earlier.export_no, later.export_no))
    except ExportError as error:
        st.warning(markup.plain(str(error)), icon=":material/folder_off:")


def _difference(difference: Difference) -> None:
    st.markdown(
        f"**{difference.added:,}** rows added, **{difference.removed:,}** removed, {difference.same:,} in both."
    )
    rows = [
        (markup.safe(row["task"]), f"+{row['added']:,}", f"−{row['removed']:,}")
        for row in difference.tasks.iter_rows(named=True)
    ]
    if rows:
        markup.show(markup.table(("Task", "Added", "Removed"), rows, right=(1, 2)))
    with st.expander(f"Recipes: {counted(len(difference.recipes), 'difference')}"):
        st.code("\n".join(difference.recipes[:200]) or "none", language=None, wrap_lines=True)


def _choose(label: str, past: Sequence[ApprovedExport], key: str) -> ApprovedExport:
    export_by_number = {export.export_no: export for export in past}
    if st.session_state.get(key) not in export_by_number:
        st.session_state[key] = past[0].export_no
    number = st.selectbox(
        label,
        list(export_by_number),
        key=key,
        format_func=lambda no: markup.line(f"{no}: {export_by_number[no].name}, {export_by_number[no].samples:,}"),
    )
    return export_by_number[number]


def _link(export: ApprovedExport) -> str:
    name = markup.safe(export.name)
    if not export.folder_present:
        return f'{name} <span class="w-soft">(its folder is gone or holds another)</span>'
    return f'<a class="w-button" href="/download/{int(export.export_no)}" download="{name}.zip">{name}.zip</a>'
