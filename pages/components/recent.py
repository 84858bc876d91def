"""What everybody did last."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.views.overview.feed import FeedEntry
from pages.components import markup


def show(entries: Sequence[FeedEntry]) -> None:
    """The newest first; each leads to where it can be seen, and says whether it was taken back."""
    if not entries:
        st.caption("Nothing has happened yet.")
    with st.container(gap=None, key="recent"):
        for entry in entries:
            _entry(entry)


def _entry(entry: FeedEntry) -> None:
    when, link = st.columns([3, 11], gap="small", vertical_alignment="center")
    with when:
        markup.show(f'<span class="w-soft w-num">{markup.moment(entry.when)}</span>')
    with link:
        words = markup.plain(entry.words)
        label = f"~~{words}~~ · taken back" if entry.undone else words
        st.page_link(entry.page, label=label, icon=f":material/{entry.icon}:", query_params=dict(entry.params))
