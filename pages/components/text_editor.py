"""A text to edit, with a word diff that follows the typing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.views.messages.editors import TextData
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
    """Draws an editor of a text, with a word diff that follows the typing.

    Args:
        text: The text to start from.
        key: Key of the component; another key starts another edit.
        on_save: Gets the new text, never the same one and never an empty one.
        label: What the text is, for a screen reader.
        action: Words on the button.
        start: First character that is selected at first; None selects nothing.
        end: Character after the last selected one.
        draft: Name under which the browser keeps what is typed until it is saved, see `drafts.name`.
    """
    refused = f"{key}_refused"

    @storing.safely
    def saved() -> None:
        changed = (st.session_state.get(key) or {}).get("saved")
        if isinstance(changed, str) and changed.strip() and changed != text:
            st.session_state[refused] = True  # unless what follows returns
            on_save(changed)
            st.session_state[refused] = False
            drafts.saved(draft, changed)

    data: TextData = {
        "id": key,
        "text": text,
        "label": label,
        "action": action,
        "start": start,
        "end": end,
        "draft": draft,
        "refused": st.session_state.get(refused, False),
    }
    frontend.component("text_editor")(key=key, data=data, on_saved_change=saved)
