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
    on = sum(switch.active for switch in optional)
    with st.expander(f"Models and maps: {on} of {len(optional)} on", icon=":material/toggle_on:"):
        for switch in optional:
            _switch(switch)


def _switch(metric: Switch) -> None:
    key = f"switch-{metric.name}"
    st.session_state[key] = metric.active
    switch, words, cost = st.columns([5, 9, 2], vertical_alignment="center")
    switch.toggle(markup.plain(metric.title), key=key, on_change=_switched, args=(metric.name, key))
    with words:
        why = f"<br>{markup.state_label('w-bad', 'unavailable')} {markup.safe(metric.why)}" if metric.why else ""
        markup.show(f'{markup.safe(metric.about)} <span class="w-soft">Needs {markup.safe(metric.needs)}.</span>{why}')
    if "endpoint" in metric.needs:
        cost.button("Cost?", key=f"cost-{metric.name}", type="tertiary", on_click=_say_cost, args=(metric.name,))


@storing.safely
def _say_cost(name: str) -> None:
    cost = runs.cost(server.current(), name)
    st.toast(markup.plain(f"Scoring what is missing asks about {cost}." if cost else "Nothing is missing."))


@storing.safely
def _switched(name: str, key: str) -> None:
    runs.switch(server.current(), name, st.session_state[key])
