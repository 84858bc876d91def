"""Map: what lies near what, in which clusters; select, search, and act on what is selected."""

from __future__ import annotations

import contextlib

import streamlit as st

from curation.app import server
from curation.views.map import map as map_view
from curation.views.thresholds import thresholds
from pages.components import (
    empty,
    keys,
    map_acts,
    map_bar,
    map_canvas,
    map_missing,
    map_sample,
    map_strip,
    scope_bar,
)

owner = server.current()

if not thresholds.count(owner):
    st.title("Map")
    empty.show_if_empty()
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Map", width="stretch")
    keys.show(keys.MAP)


@st.fragment(key="map")
def board() -> None:
    """Everything that a click on the map draws again."""
    stage, by, wanted = map_bar.stage(owner), map_bar.by(), scope_bar.current()
    waiting = st.spinner("Reading the words …", show_time=True) if wanted.scene else contextlib.nullcontext()
    with waiting:
        shown = map_view.view(owner, stage, by, wanted)
    map_bar.show(owner, shown)
    with st.container(key="map_scope"):
        if scope_bar.show(owner, members=shown.members) is None:
            st.caption("All samples. Select a cluster, a lasso (L) or a box (B), or search to narrow down.")
    if shown.canvas is None:
        map_missing.show(owner, shown)
    else:
        opened = map_sample.current(owner)
        left, right = st.columns([13, 6], gap="small")
        with left:
            map_canvas.show(shown, opened)
        with right:
            if opened:
                map_sample.show(opened, stage)
            else:
                map_canvas.show_clusters(shown)
    if shown.members is not None:
        map_acts.show(owner, shown.members)
    map_strip.show(shown)


board()
