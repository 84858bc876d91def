"""What can be read: formats of rows with who uses them and an example, kinds of files, kinds of image archives."""

from __future__ import annotations

import streamlit as st

from curation.views.ingest.ingest import FormatView, IngestView
from pages.components import markup


def show(shown: IngestView) -> None:
    """Folded away; the example of one format at a time."""
    with st.expander(f"What can be read: {len(shown.formats)} formats", icon=":material/menu_book:"):
        rows = [(f"<b>{markup.safe(one.title)}</b>", _about(one)) for one in shown.formats]
        markup.show(markup.table(("Format", "Who uses it"), rows))
        st.markdown(f"**Files:** {markup.plain(', '.join(shown.files))}.")
        st.markdown(f"**Images:** from a folder, or without unpacking from {markup.plain(', '.join(shown.archives))}.")
        titles = {one.name: one.title for one in shown.formats}
        chosen = st.selectbox(
            "Show an example of", list(titles), index=None, placeholder="a format", key="format_example",
            format_func=lambda name: titles[name],
        )  # fmt: skip
        for one in shown.formats:
            if one.name == chosen:
                st.code(one.example, language=None, wrap_lines=True)


def _about(one: FormatView) -> str:
    about = markup.safe(one.about.replace("`", ""))
    return about if one.writable else f'{about} <span class="w-soft">Read only; goes out as it came.</span>'
