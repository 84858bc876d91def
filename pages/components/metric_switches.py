"""Metrics that need a model of their own, and maps: switched on and off here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation import server
from curation.views import runs
from pages.components import markup


def show(optional: Sequence[tuple[str, str, str, bool]]) -> None:
    """A toggle for each, behind a popover."""
    if not optional:
        return
    on = sum(active for *_, active in optional)
    with st.popover(f"Models and maps: {on} of {len(optional)} on", icon=":material/toggle_on:"):
        for name, title, about, active in optional:
            key = f"switch-{name}"
            st.session_state[key] = active
            st.toggle(markup.plain(title), key=key, help=markup.plain(about), on_change=_switched, args=(name, key))


def _switched(name: str, key: str) -> None:
    runs.switch(server.current(), name, st.session_state[key])
