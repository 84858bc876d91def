"""Notices in the browser that the server was started anew, and draws the page again there.

A new server knows nothing of the fragments on an open page: without a run of the whole page, clicks in them would come
to nothing.
"""

from __future__ import annotations

import uuid

from pages.components import frontend

BOOT = uuid.uuid4().hex
"""Names this start of the server."""


def show() -> None:
    """Draws nothing that can be seen."""
    frontend.component("lifeline")(key="lifeline", data={"boot": BOOT}, on_again_change=_drawn_again)


def _drawn_again() -> None:
    """The run is all that is wanted."""
