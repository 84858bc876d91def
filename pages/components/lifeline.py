"""Notices in the browser that the server was started anew, and draws the page again there.

A new server knows nothing of the fragments on an open page: without a run of the whole page, clicks in them would come
to nothing.
"""

from __future__ import annotations

import uuid

from curation.views.messages.editors import LifelineData
from pages.components import frontend

BOOT = uuid.uuid4().hex
"""Names this start of the server."""


def show() -> None:
    """Draws nothing that can be seen."""
    data: LifelineData = {"boot": BOOT}
    frontend.component("lifeline")(key="lifeline", data=data, on_again_change=_drawn_again)


def _drawn_again() -> None:
    """The run is all that is wanted."""
