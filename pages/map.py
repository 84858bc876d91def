"""Map: what lies near what, in which clusters; select, search, and act on what is selected."""

from __future__ import annotations

import contextlib
from functools import partial

import streamlit as st

from curation.app import server
from curation.views.export import selections
from curation.views.map import map as map_view
from curation.views.thresholds import thresholds
from pages.components import (
    empty,
    keys,
    map_bar,
    map_canvas,
    map_missing,
    map_sample,
    map_strip,
    scope_bar,
    selection_acts,
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
    stage, by, page_scope = map_bar.stage(owner), map_bar.by(), scope_bar.current()
    waiting = st.spinner("Reading the words …", show_time=True) if page_scope.scene else contextlib.nullcontext()
    with waiting:
        map_drawn = map_view.view(owner, stage, by, page_scope)
    map_bar.show(owner, map_drawn)
    with st.container(key="map_scope"):
        if scope_bar.show(owner, members=map_drawn.members) is None:
            st.caption("All samples. Select a cluster, a lasso (L) or a box (B), or search to narrow down.")
    if map_drawn.canvas is None:
        map_missing.show(owner, map_drawn)
    else:
        opened = map_sample.current(owner)
        left, right = st.columns([13, 6], gap="small")
        with left:
            map_canvas.show(map_drawn, opened)
        with right:
            if opened:
                map_sample.show(owner, opened, stage)
            else:
                map_canvas.show_clusters(map_drawn)
    if map_drawn.members is not None:
        take = partial(selections.of_scope, owner, map_drawn.members, page_scope)
        selection_acts.show(owner, map_drawn.members, take, "map")
    map_strip.show(map_drawn)


board()
