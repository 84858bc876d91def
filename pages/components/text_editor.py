"""A text to edit, with a word diff that follows the typing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.components import drafts, frontend, storing


def show(
    text: str,
    *,
    key: str,
    on_save: Callable[[str], None],
    label: str = "Response",
    action: str = "Save",
    start: int | None = None,
    end: int | None = None,
    draft: str = "",
) -> None:
    """Draws the editor of `text`; `on_save` gets the new text, never the same one and never an empty one.

    `start` and `end` (characters) are selected at first. Another `key` starts another edit. What is typed
    is kept in the browser under the name `draft` (see `drafts.name`) until it is saved.
    """

    @storing.safely
    def saved() -> None:
        changed = (st.session_state.get(key) or {}).get("saved")
        if isinstance(changed, str) and changed.strip() and changed != text:
            on_save(changed)
            drafts.saved(draft, changed)

    frontend.component("text_editor")(
        key=key,
        data={"id": key, "text": text, "label": label, "action": action, "start": start, "end": end, "draft": draft},
        on_saved_change=saved,
    )
