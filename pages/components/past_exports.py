"""Approved exports: download, where each lies, its card and recipe, and what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.exporting.export_folder import ExportError
from curation.views.export import exports
from curation.views.export.exports import Difference, Past
from pages.components import markup

_HEAD = ("Download", "Samples", "Format", "Approved by", "When", "Note")


def show(past: Sequence[Past]) -> None:
    """The newest first; the zip holds split, lists, recipe, manifest and card."""
    if not past:
        st.caption("Nothing has been approved yet.")
        return
    rows = [
        (
            _link(one),
            f"{one.samples:,}",
            markup.safe(one.form),
            markup.safe(one.who),
            markup.moment(one.made_at),
            f'<span class="w-clip" title="{markup.safe(one.note)}">{markup.safe(one.note)}</span>',
        )
        for one in past
    ]
    markup.show(f'<div class="w-cells">{markup.table(_HEAD, rows, right=(1,))}</div>')
    left, right = st.columns([3, 2], gap="large")
    with left:
        _look(past)
    with right:
        _compare(past)


def _look(past: Sequence[Past]) -> None:
    chosen = _choose("Show export", past, "past_look")
    st.caption("Its folder on the server" + ("" if chosen.here else " (no longer holds it)"))
    st.code(chosen.path, language=None, wrap_lines=True)
    found = exports.documents(server.current(), chosen.export_no)
    if found is None:
        return
    card, manifest, recipe = found
    with st.container(horizontal=True):
        for name, text in (("manifest.json", manifest), ("recipe.json", recipe), ("README.md", card)):
            st.download_button(name, text, name, key=f"past_{name}", on_click="ignore", icon=":material/download:")
    with st.expander("Card", icon=":material/description:"):
        st.markdown(card)


def _compare(past: Sequence[Past]) -> None:
    if len(past) < 2:
        st.caption("With two exports, what changed between them is shown here.")
        return
    later = _choose("Compare", past, "past_later")
    others = [one for one in past if one.export_no != later.export_no]
    earlier = _choose("with", others, "past_earlier")
    try:
        _difference(exports.compare(server.current(), earlier.export_no, later.export_no))
    except ExportError as error:
        st.warning(markup.plain(str(error)), icon=":material/folder_off:")


def _difference(found: Difference) -> None:
    st.markdown(f"**{found.added:,}** rows added, **{found.removed:,}** removed, {found.same:,} in both.")
    rows = [
        (markup.safe(row["task"]), f"+{row['added']:,}", f"−{row['removed']:,}")
        for row in found.tasks.iter_rows(named=True)
    ]
    if rows:
        markup.show(markup.table(("Task", "Added", "Removed"), rows, right=(1, 2)))
    with st.expander(f"Recipes: {markup.count(len(found.recipes), 'difference')}"):
        st.code("\n".join(found.recipes[:200]) or "none", language=None, wrap_lines=True)


def _choose(label: str, past: Sequence[Past], key: str) -> Past:
    known = {one.export_no: one for one in past}
    if st.session_state.get(key) not in known:
        st.session_state[key] = past[0].export_no
    number = st.selectbox(
        label,
        list(known),
        key=key,
        format_func=lambda no: markup.line(f"{no}: {known[no].name}, {known[no].samples:,}"),
    )
    return known[number]


def _link(one: Past) -> str:
    name = markup.safe(one.name)
    if not one.here:
        return f'{name} <span class="w-soft">(its folder is gone or holds another)</span>'
    return f'<a class="w-button" href="/download/{int(one.export_no)}" download="{name}.zip">{name}.zip</a>'
