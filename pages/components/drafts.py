"""Drafts: what is typed stays in the browser until it is saved; see assets/components/drafts.js.

Editors of our own keep theirs themselves. Streamlit's fields are watched from outside: `field` names those of a run.
"""

from __future__ import annotations

import time

import streamlit as st

from curation.app import server
from curation.views.messages.editors import DraftsData, Stretch
from pages.components import browser, frontend, person

_SAVED, _FIELDS = "drafts_saved", "drafts_fields"
_REMEMBERED = 50


def name(*parts: object) -> str:
    """Names a draft of this person in this workspace."""
    return "/".join(str(part) for part in (browser.workspace(server.current()), person.name(), *parts))


def saved(draft: str, value: str | Stretch | None) -> None:
    """Tells the browser that a draft is stored and may be forgotten.

    Args:
        draft: Name of the draft, see `name`.
        value: The stored value; a draft that differs from it is kept. None means any value.
    """
    done: list[tuple[float, str, str | Stretch | None]] = st.session_state.setdefault(_SAVED, [])
    done.append((time.time(), draft, value))
    del done[:-_REMEMBERED]


def field(key: str, *, commits: bool = True) -> None:
    """Keeps what is typed into a text field in the browser; never called for a field that takes a secret.

    Args:
        key: Key of the Streamlit widget.
        commits: True hands a draft that is put back to the server at once; False leaves that to the person, for a field
            whose change stores something.
    """
    st.session_state.setdefault(_FIELDS, {})[key] = (name("field", key), commits)


def fields_saved(*keys: str) -> None:
    """Says that what these fields hold was taken over."""
    for key in keys:
        saved(name("field", key), None)


def show() -> None:
    """Draws nothing that can be seen; at the end of a page, when its fields are known."""
    data: DraftsData = {
        "saved": list(st.session_state.get(_SAVED, [])),
        "fields": st.session_state.pop(_FIELDS, {}),
    }
    frontend.component("drafts")(key="drafts", data=data)
