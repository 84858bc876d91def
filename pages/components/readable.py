"""What can be read: formats of rows with who uses them and an example, kinds of files, kinds of image archives."""

from __future__ import annotations

import streamlit as st

from curation.views.ingest.ingest import FormatView, IngestView
from pages.components import markup


def show(ingest_view: IngestView) -> None:
    """Folded away; the example of one format at a time."""
    with st.expander(f"What can be read: {len(ingest_view.formats)} formats", icon=":material/menu_book:"):
        rows = [(f"<b>{markup.safe(row_format.title)}</b>", _about(row_format)) for row_format in ingest_view.formats]
        markup.show(markup.table(("Format", "Who uses it"), rows))
        st.markdown(f"**Files:** {markup.plain(', '.join(ingest_view.files))}.")
        st.markdown(
            f"**Images:** from a folder, or without unpacking from {markup.plain(', '.join(ingest_view.archives))}."
        )
        titles = {row_format.name: row_format.title for row_format in ingest_view.formats}
        selected = st.selectbox(
            "Show an example of", list(titles), index=None, placeholder="a format", key="format_example",
            format_func=lambda name: titles[name],
        )  # fmt: skip
        for row_format in ingest_view.formats:
            if row_format.name == selected:
                st.code(row_format.example, language=None, wrap_lines=True)


def _about(row_format: FormatView) -> str:
    about = markup.safe(row_format.about.replace("`", ""))
    return about if row_format.writable else f'{about} <span class="w-soft">Read only; goes out as it came.</span>'
