"""Metrics that need a model of their own, and maps: what they need, what they cost, switched on and off."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.views.runs import runs
from curation.views.runs.runs import Switch
from pages.components import markup, storing


def show(optional: Sequence[Switch]) -> None:
    """A toggle for each, folded; what asking a judge costs is counted when it is asked for."""
    if not optional:
        return
    on = sum(one.active for one in optional)
    with st.expander(f"Models and maps: {on} of {len(optional)} on", icon=":material/toggle_on:"):
        for one in optional:
            _switch(one)


def _switch(one: Switch) -> None:
    key = f"switch-{one.name}"
    st.session_state[key] = one.active
    switch, words, cost = st.columns([5, 9, 2], vertical_alignment="center")
    switch.toggle(markup.plain(one.title), key=key, on_change=_switched, args=(one.name, key))
    with words:
        why = f"<br>{markup.said('w-bad', 'unavailable')} {markup.safe(one.why)}" if one.why else ""
        markup.show(f'{markup.safe(one.about)} <span class="w-soft">Needs {markup.safe(one.needs)}.</span>{why}')
    if "endpoint" in one.needs:
        cost.button("Cost?", key=f"cost-{one.name}", type="tertiary", on_click=_say_cost, args=(one.name,))


@storing.safely
def _say_cost(name: str) -> None:
    said = runs.cost(server.current(), name)
    st.toast(markup.plain(f"Scoring what is missing asks about {said}." if said else "Nothing is missing."))


@storing.safely
def _switched(name: str, key: str) -> None:
    runs.switch(server.current(), name, st.session_state[key])
