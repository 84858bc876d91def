"""Who reviews: the name under which decisions are recorded, kept for the session."""

from __future__ import annotations

import streamlit as st

from curation import review


def show() -> str:
    """The field in the sidebar."""
    st.session_state.setdefault("person", review.default_person())
    st.text_input("Reviewer", key="person", max_chars=60, persist_state="session", help="Recorded with each decision.")
    return name()


def name() -> str:
    """The reviewer's name; the default while the field is empty."""
    return str(st.session_state.get("person") or "").strip() or review.default_person()
