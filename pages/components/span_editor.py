"""A stretch of a text whose ends move by words and characters, by buttons, keys or the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

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
    """Draws the editor with the characters from `start` up to `end` marked; `on_save` gets the new two places.

    Equal places mark nothing at first. Another `key` starts another edit. What is marked is kept in the browser under
    the name `draft` (see `drafts.name`) until it is saved.
    """

    @storing.safely
    def saved() -> None:
        places = within(text, (st.session_state.get(key) or {}).get("saved"))
        if places:
            on_save(*places)
            drafts.saved(draft, {"start": places[0], "end": places[1]})

    frontend.component("span_editor")(
        key=key,
        data={"id": key, "text": text, "start": start, "end": end, "label": label, "action": action,
              "tone": f"w-{tone}", "draft": draft},
        on_saved_change=saved,
    )  # fmt: skip


def within(text: str, said: Any) -> tuple[int, int] | None:
    """What the browser says as two places in the text; None unless they mark at least one character of it."""
    if not isinstance(said, dict):
        return None
    start, end = said.get("start"), said.get("end")
    if not (isinstance(start, int) and isinstance(end, int)) or not 0 <= start < end <= len(text):
        return None
    return start, end
