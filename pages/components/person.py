"""Who reviews: the name under which decisions are recorded, remembered by the browser in a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import streamlit as st

from curation.decisions import decision_log
from curation.views.messages.editors import PersonData
from pages.components import frontend

COOKIE = "winnow_reviewer"
LONGEST = 60


def show() -> str:
    """The field in the sidebar; the browser remembers what it says."""
    st.session_state.setdefault("person", _remembered() or decision_log.default_person())
    st.text_input(
        "Reviewer", key="person", max_chars=LONGEST, persist_state="session", help="Recorded with each decision."
    )
    data: PersonData = {"cookie": COOKIE, "name": str(st.session_state["person"] or "").strip()}
    frontend.component("person")(key="person_cookie", data=data)
    return name()


def name() -> str:
    """The reviewer's name; the default while the field is empty."""
    return str(st.session_state.get("person") or "").strip() or decision_log.default_person()


def signed(act: Mapping[str, Any], otherwise: str) -> str:
    """Returns the name that stood in the field when an act was done; it may have changed since the act was sent.

    Args:
        act: An act as the browser sent it.
        otherwise: Name for an act without one.
    """
    signature = act.get("who")
    return (signature.strip()[:LONGEST] if isinstance(signature, str) else "") or otherwise


def _remembered() -> str:
    """The name of the cookie, which the first run of a session knows already."""
    value = st.context.cookies.get(COOKIE)
    return unquote(value).strip()[:LONGEST] if isinstance(value, str) else ""
