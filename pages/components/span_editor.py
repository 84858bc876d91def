"""A stretch of a text whose ends move by words and characters, by buttons, keys or the mouse."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.views.messages.editors import SpanData
from pages.components import drafts, frontend, storing


def show(
    text: str,
    start: int,
    end: int,
    *,
    key: str,
    on_save: Callable[[int, int], None],
    label: str = "Response",
    action: str = "Save",
    tone: str = "confirmed",
    draft: str = "",
) -> None:
    """Draws an editor of a stretch of a text.

    Args:
        text: The text.
        start: First marked character.
        end: Character after the last marked one; equal to `start` marks nothing at first.
        key: Key of the component; another key starts another edit.
        on_save: Gets the new start and end.
        label: What the text is, for a screen reader.
        action: Words on the button.
        tone: How marked characters look.
        draft: Name under which the browser keeps the marks until they are saved, see `drafts.name`.
    """

    @storing.safely
    def saved() -> None:
        ends = within(text, (st.session_state.get(key) or {}).get("saved"))
        if ends:
            on_save(*ends)
            drafts.saved(draft, {"start": ends[0], "end": ends[1]})

    data: SpanData = {
        "id": key,
        "text": text,
        "start": start,
        "end": end,
        "label": label,
        "action": action,
        "tone": f"w-{tone}",
        "draft": draft,
    }
    frontend.component("span_editor")(key=key, data=data, on_saved_change=saved)


def within(text: str, message: object) -> tuple[int, int] | None:
    """Reads the two ends of a stretch that the browser sent.

    Args:
        text: The text that is marked.
        message: What the browser sent.
    Returns:
        Start and end; None unless they mark at least one character of the text.
    """
    if not isinstance(message, dict):
        return None
    start, end = message.get("start"), message.get("end")
    if not (isinstance(start, int) and isinstance(end, int)) or not 0 <= start < end <= len(text):
        return None
    return start, end
