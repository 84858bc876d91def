"""What could not be scored, by metric and by what went wrong, each group with a few items and a retry."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.runs.failures import FailedItem, Group
from curation.views.runs import runs
from pages.components import markup, picture, storing


def show(groups: Sequence[Group], failed: int) -> None:
    """Draws groups of failures, the largest first; all of them can be tried again at once.

    Args:
        groups: The largest groups.
        failed: Failed items in all, also those of groups that are not listed.
    """
    if not groups:
        st.caption("Every item that was tried has been scored.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        markup.show(
            f'<span class="w-num"><b>{failed:,}</b> {"item" if failed == 1 else "items"} without a value</span>'
        )
        st.button(
            f"Try all {failed:,} again",
            icon=":material/replay:",
            on_click=server.current().score,
            kwargs={"retry_failed": True},
        )
    listed = sum(group.count for group in groups)
    for position, group in enumerate(groups):
        _group(position, group)
    if listed < failed:
        st.caption(f"{failed - listed:,} more in smaller groups.")


def _group(position: int, group: Group) -> None:
    with st.container(border=True):
        head, button = st.columns([5, 1], vertical_alignment="center")
        with head:
            markup.show(
                f"<b>{markup.safe(group.title)}</b> "
                f'<span class="w-soft w-num">{counted(group.count, group.subject)}</span>'
                f'<div class="w-reason">{markup.safe(group.sentence)}</div>'
            )
        button.button(
            "Try again",
            key=f"again-{position}-{group.metric}",
            icon=":material/replay:",
            on_click=storing.safely(runs.try_again),
            args=(server.current(), group),
            width="stretch",
            help=f"Computes these {group.count:,} once more; their old outcome stays until then.",
        )
        with st.grid(columns="auto", min_column_width=150):
            for item in group.items:
                _item(item)


def _item(item: FailedItem) -> None:
    with st.container(gap=None):
        markup.show(
            f"{picture.thumbnail(item.image_no, item.dataset)}"
            f'<div class="w-clip w-soft" title="{markup.safe(item.error)}">{markup.safe(item.text or item.error)}</div>'
        )
        st.page_link(
            "review.py",
            label=markup.plain(f"{item.dataset}, row {item.row}"),
            query_params={"sample": str(item.sample_no)},
        )
