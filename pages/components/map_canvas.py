"""The map and the list of its clusters, drawn by the browser; what a person does there comes back as an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from curation.app.scope import MOST_CORNERS, Lasso
from curation.common.counts import counted
from curation.maps.layouts import MAPS
from curation.views.map.map import MapView
from curation.views.messages.map import ClustersData, MapData
from curation.views.sample.sample import SampleView
from pages.components import frontend, scope_bar

_canvas = frontend.component("map")
_list = frontend.component("clusters")


def show(map_view: MapView, opened: SampleView | None) -> None:
    """Draws the map; it fetches its points by address, so only addresses and names go with the page.

    Args:
        map_view: The map.
        opened: The sample that is open beside it, if one is.
    """
    if map_view.canvas is None:
        return
    data: MapData = {**map_view.canvas, "open": opened.sample_no if opened else None}
    _canvas(key="map_canvas", data=data, on_event_change=_happened, height="content")
    if map_view.newer:
        st.caption(
            f"{counted(map_view.newer, 'sample', 'was', 'were')} imported later and are not on this map. "
            "Recompute the map to include them."
        )


def show_clusters(map_view: MapView) -> None:
    """The clusters with sizes, shares and pictures."""
    metric = map_view.colours[map_view.by] if map_view.by.startswith("metric:") else ""
    data: ClustersData = {
        "clusters": map_view.clusters,
        "current": map_view.canvas["cluster"] if map_view.canvas else None,
        "metric": metric,
        "coloured": map_view.by == "cluster",
    }
    _list(key="map_clusters", data=data, on_event_change=_picked, height="content")


def _happened() -> None:
    apply(st.session_state["map_canvas"].get("event"), str(st.session_state["map_last"]))


def _picked() -> None:
    apply(st.session_state["map_clusters"].get("event"), str(st.session_state["map_last"]))


def apply(event: Any, stage: str) -> None:
    """Applies what a person did on the map to the scope or to the open sample.

    Args:
        event: What the browser sent; anything unknown is ignored.
        stage: Stage that drew the map.
    """
    if not isinstance(event, Mapping) or stage not in MAPS:
        return
    page_scope = scope_bar.current()
    if event.get("kind") == "open" and isinstance(event.get("sample"), int):
        st.query_params["sample"] = str(event["sample"])
    elif event.get("kind") == "lasso":
        points = corners(event.get("points"))
        if len(points) >= 3:
            scope_bar.change(replace(page_scope, lasso=Lasso(stage, points), cluster=""))
    elif event.get("kind") == "cluster" and isinstance(event.get("cluster"), int):
        named = f"{stage}:{event['cluster']}"
        scope_bar.change(replace(page_scope, cluster="" if page_scope.cluster == named else named, lasso=None))
    elif event.get("kind") == "clear":
        scope_bar.change(replace(page_scope, cluster="", lasso=None))


def corners(points: object) -> tuple[tuple[float, float], ...]:
    """A polygon as the browser sent it; what are not two numbers is left out."""
    pairs = points if isinstance(points, list) else []
    return tuple(
        (float(pair[0]), float(pair[1]))
        for pair in pairs[:MOST_CORNERS]
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(number, int | float) for number in pair)
    )
