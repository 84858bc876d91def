"""Makes text from data safe to show: escaped HTML, escaped Markdown, small tables and bars."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable, Sequence

import streamlit as st

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!$:|~&])")
_JOINTS = re.compile(
    r"(?<=http)(?=s?:)|(?<=www)(?=\.)|(?=@)"  # addresses
    r"|(?<=:)(?=[\w+-][\w+/-]*:)"  # emoji and icons by name
    r"|(?<=[<>~=-])(?=[-=>])",  # arrows, dashes and signs
    re.IGNORECASE,
)
"""Where Streamlit puts together what escaping does not part: it looks for these after the escapes are resolved."""
_NOTHING = ":red[]"
"""Markdown for nothing: what stands on its two sides are two texts."""


def safe(text: object) -> str:
    """Text for use inside HTML, also inside quoted attributes."""
    return html.escape(str(text), quote=True)


def plain(text: object) -> str:
    """Text for labels, captions and messages, which Streamlit reads as Markdown."""
    return _NOTHING.join(_MARKDOWN.sub(r"\\\1", part) for part in _JOINTS.split(line(text)))


def line(text: object) -> str:
    """Text for options of `selectbox` and `multiselect` and for placeholders, which Streamlit shows as it is."""
    return " ".join(str(text).split())


def show(body: str) -> None:
    """Draws markup made by the functions here in the app's own style."""
    st.html(f'<div class="w">{body}</div>')


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Returns a small table.

    Args:
        head: Headings as plain text; all empty gives no heading row.
        rows: Cells, which are markup already.
        right: Numbers of the columns that are aligned as numbers.
    """

    def cell(tag: str, column: int, value: str) -> str:
        return f'<{tag} class="w-right">{value}</{tag}>' if column in right else f"<{tag}>{value}</{tag}>"

    top = "".join(cell("th", column, safe(value)) for column, value in enumerate(head))
    body = "".join(
        "<tr>" + "".join(cell("td", column, value) for column, value in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<table class="w-table">{f"<tr>{top}</tr>" if any(head) else ""}{body}</table>'


def bar(share: float, tone: str = "", faint_share: float = 0.0) -> str:
    """Returns a thin bar.

    Args:
        share: Length, 0 to 1.
        tone: Class of its colour, such as w-good.
        faint_share: Length of a faint continuation, 0 to 1 (before and after).
    """
    first, second = max(0.0, min(share, 1.0)), max(0.0, min(faint_share, 1.0))
    faint = f'<span class="w-rest" style="width:{100 * second:.1f}%"></span>' if second else ""
    return f'<div class="w-bar {safe(tone)}"><span style="width:{100 * first:.1f}%"></span>{faint}</div>'


def dot(tone: str) -> str:
    """A coloured dot: w-good, w-bad or nothing."""
    return f'<span class="w-dot {safe(tone)}"></span>'


def state_label(tone: str, text: str) -> str:
    """Returns a coloured dot with its word, never broken over two lines.

    Args:
        tone: w-good, w-bad or another class of `dot`; empty for no colour.
        text: The word, plain text.
    """
    return f'<span class="w-said">{dot(tone)}{safe(text)}</span>'


def duration(seconds: float | None) -> str:
    """Seconds in the words of a person; empty while unknown."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(int(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def reason(text: str, why: str) -> str:
    """Returns a flag's reason, led by the flagged words where it does not name them itself.

    Args:
        text: Flagged words; empty for a flag without any.
        why: The reason.
    """
    return why if not text or text in why else f"“{text}”: {why}"


def moment(when: datetime.datetime | None) -> str:
    """A moment, to the minute."""
    return when.strftime("%d %b %H:%M") if when else ""
