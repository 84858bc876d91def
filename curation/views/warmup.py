"""Reads what pages answer from before anybody asks for it: when a server starts, and whenever something changed."""

from __future__ import annotations

import threading
import time

from curation.app import board
from curation.app.server import Server
from curation.common import heap
from curation.flags import current_flags
from curation.views.browse import browse
from curation.views.overview import overview
from curation.workspace import WorkspaceError

SECONDS = 1.0
"""How often is looked whether anything changed."""


def start(server: Server) -> threading.Thread:
    """Keeps the server's snapshot warm in a thread of its own until the server closes."""
    thread = threading.Thread(target=_loop, args=(server,), name="winnow-warm", daemon=True)
    server.join_at_close(thread)
    thread.start()
    return thread


def _loop(server: Server) -> None:
    pause, trimmed = 0.0, time.monotonic()
    while not server.wait_for_close(pause):
        pause = SECONDS
        if time.monotonic() - trimmed > heap.SECONDS:
            server.workspace.store.tidy()
            heap.give_back()
            trimmed = time.monotonic()
        try:
            once(server)
        except (WorkspaceError, MemoryError):  # the page that needs it meets it again, and says so
            pause = 30 * SECONDS


def once(server: Server) -> None:
    """Reads the snapshot, and what the overview, the flags and the browse page show of it, where something changed."""
    if board.stale(server) and board.warm(server):
        current_flags.every(server)
        overview.warm(server)
        browse.warm(server)
