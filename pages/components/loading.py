"""A sentence instead of a blank page while the server reads samples and scores into memory."""

from __future__ import annotations

import streamlit as st

from curation.app import board
from curation.app.server import Server
from curation.common.counts import counted
from curation.flags import current_flags
from pages.components import markup

NEED_IT = ("overview", "map", "flags", "thresholds", "review", "export", "report")
"""Addresses of pages that answer from the snapshot."""
NEED_FLAGS = ("overview", "flags")


def wait(owner: Server, page: str, samples: int) -> None:
    """Waits for the snapshot where a page needs it, and says how long that took last time.

    Args:
        owner: The server.
        page: Address of the page.
        samples: Samples in the workspace; nothing is waited for without any.
    """
    with_flags = page in NEED_FLAGS
    if page not in NEED_IT or not samples or (board.ready(owner) and (current_flags.ready(owner) or not with_flags)):
        return
    took = board.took(owner)
    last = f"; last time that took {markup.duration(took)}" if took else ""
    with st.spinner(f"Reading {counted(samples, 'sample')} and their scores into memory{last} …", show_time=True):
        board.current(owner)
        if with_flags:
            current_flags.every(owner)
