"""The keys of a page, behind a button and the key `?`."""

from __future__ import annotations

from curation.views.messages.editors import KeysData
from pages.components import frontend

MAP = (
    ("+ − 0", "nearer, farther, everything"),
    ("← ↑ → ↓", "move the map"),
    ("L", "draw a lasso (or hold Shift and drag)"),
    ("B", "draw a box"),
    ("P", "back to moving the map"),
    ("Enter", "open the sample in the middle"),
    ("Esc", "leave the lasso; once more shows everything"),
    ("U", "take your last act back"),
    ("?", "this list"),
)
"""All but the last two while the map has the focus: click on it or reach it with Tab."""

THRESHOLDS = (
    ("← →", "move the cut that has the focus"),
    ("PgUp PgDn", "move it in larger steps"),
    ("Home End", "move it to an end of the scale"),
    ("Tab", "to the next cut"),
    ("U", "take the last move back"),
    ("Shift+U", "make it again"),
    ("?", "this list"),
)


def show(keys: tuple[tuple[str, str], ...]) -> None:
    """Draws the button; the list opens over the page."""
    data: KeysData = {"keys": list(keys)}
    frontend.component("keys")(key="keys", data=data, width="content")
