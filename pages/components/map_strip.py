"""Under the map: the samples of a ranked search in its order, or some of those that are selected."""

from __future__ import annotations

import streamlit as st

from curation.views.map.map import MapView
from curation.views.messages.map import StripData
from pages.components import frontend, map_canvas

_strip = frontend.component("strip")


def show(map_view: MapView) -> None:
    """Thumbnails with first words; a click opens the sample beside the map."""
    if not map_view.strip:
        return
    st.caption("Nearest first" if map_view.ranked else "Some of what is selected")
    data: StripData = {"samples": map_view.strip, "ranked": map_view.ranked}
    _strip(key="map_strip", data=data, on_event_change=_opened, height="content")


def _opened() -> None:
    map_canvas.apply(st.session_state["map_strip"].get("event"), str(st.session_state["map_last"]))
