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

BROWSE = (
    ("← ↑ → ↓", "to the next sample; with Shift they select"),
    ("Space", "select the sample, or take it out"),
    ("Shift + click", "select all up to there"),
    ("Ctrl + A", "select everything that the filters leave"),
    ("Enter", "open the sample (or a double click)"),
    ("C", "two to four selected samples side by side"),
    ("Z", "the opened picture pixel by pixel, and whole again"),
    ("+ − 0", "nearer, farther, the whole picture"),
    ("Esc", "close the sample; in the list select nothing"),
    ("U", "take your last act back"),
    ("?", "this list"),
)

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
