"""Above the map: which map, its colours, and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from curation.app import board, scope
from curation.app.server import Server
from curation.common import display
from curation.maps.layouts import MAPS
from curation.recipes.recipe import Cut
from curation.views.map import map as map_view
from pages.components import drafts, markup, scope_bar, storing

WORDS, SHOWS = "words", "scene"
_SEARCHES = {WORDS: "Words", SHOWS: "Picture shows"}


def stage(owner: Server) -> str:
    """The map that the address names, else the one of this session, else the first that there is."""
    named = str(st.query_params.get("map", st.session_state.get("map_last", "")))
    chosen = named if named in MAPS else map_view.first_map(owner)
    st.session_state["map_last"] = chosen
    return chosen


def by() -> str:
    """What the points are coloured by."""
    chosen = str(st.query_params.get("by", st.session_state.get("map_by_last", "cluster")))
    st.session_state["map_by_last"] = chosen
    return chosen


def show(owner: Server, shown: map_view.MapView) -> None:
    """Map, colours, search and filters in one row."""
    first, second, third, fourth, last = st.columns([5.6, 3.2, 2.8, 4, 2.4], vertical_alignment="bottom", gap="small")
    with first:
        _map_choice(shown)
    with second:
        _colour_choice(shown)
    with third:
        st.session_state.setdefault("map_kind", SHOWS if scope_bar.current().scene else WORDS)
        kind = st.selectbox("Search for", list(_SEARCHES), key="map_kind", format_func=_SEARCHES.__getitem__)
    with fourth:
        _search_field(kind)
    with last, st.popover("Filter", icon=":material/filter_alt:", width="stretch"):
        _filters(owner)
    if shown.why:
        st.warning(markup.plain(shown.why), icon=":material/image_search:")


def _map_choice(shown: map_view.MapView) -> None:
    st.session_state["map_stage"] = shown.stage
    st.segmented_control(
        "Map of",
        list(MAPS),
        key="map_stage",
        required=True,
        format_func=MAPS.__getitem__,
        on_change=_put,
        args=("map", "map_stage"),
    )


def _colour_choice(shown: map_view.MapView) -> None:
    st.session_state["map_by"] = shown.by
    st.selectbox(
        "Colour by",
        list(shown.colours),
        key="map_by",
        format_func=lambda name: markup.line(shown.colours[name]),
        on_change=_put,
        args=("by", "map_by"),
    )


def _search_field(kind: str) -> None:
    st.session_state["map_search"] = getattr(scope_bar.current(), kind)
    st.text_input(
        _SEARCHES[kind],
        key="map_search",
        type="search",
        placeholder="Any words, in instructions and responses" if kind == WORDS else "A red bus in the rain",
        label_visibility="collapsed",
        on_change=_search,
    )


@storing.safely
def _put(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]


@storing.safely
def _search() -> None:
    said = " ".join(str(st.session_state["map_search"] or "").split())[: scope.LONGEST]
    kept = replace(scope_bar.current(), like="")
    if st.session_state["map_kind"] == SHOWS:
        scope_bar.change(replace(kept, scene=said))
    else:
        scope_bar.change(replace(kept, words=said))


def _filters(owner: Server) -> None:
    snapshot = board.current(owner).snapshot
    wanted = scope_bar.current()
    datasets = snapshot.samples["dataset"].unique(maintain_order=True).to_list()
    _choice("Dataset", "dataset", datasets, wanted.dataset)
    _choice("Task", "task", snapshot.tasks, wanted.task)
    _choice("Flag", "flagged", snapshot.flags["kind"].unique().sort().to_list(), wanted.flagged, display.title)
    _choice("Decision", "decision", scope.DECISIONS, wanted.decision, lambda one: scope.DECISIONS[one].capitalize())
    _choice("Tag", "tag", scope.tags(owner), wanted.tag)
    st.divider()
    names = [name for name, values in snapshot.values.items() if values.histogram.any()]
    if names:
        _range(names, {name: snapshot.columns[name].title for name in names})


def _choice(label: str, part: str, options: Iterable[str], now: str, named: Callable[[str], str] = markup.line) -> None:
    listed = list(options)
    if not listed:
        return
    key = f"map_filter_{part}"
    st.session_state[key] = now if now in listed else None
    st.selectbox(
        label, listed, key=key, index=None, format_func=named, placeholder="Any", on_change=_choose, args=(part, key)
    )


@storing.safely
def _choose(part: str, key: str) -> None:
    chosen: dict[str, Any] = {part: st.session_state[key] or ""}
    scope_bar.change(replace(scope_bar.current(), **chosen))


_RANGE_FIELDS = ("map_range_low", "map_range_high")


def _range(names: list[str], titles: dict[str, str]) -> None:
    metric = st.selectbox("Metric", names, key="map_range", format_func=lambda name: markup.line(titles[name]))
    low, high = st.columns(2)
    low.number_input("At least", value=None, key="map_range_low", format="%g")
    high.number_input("At most", value=None, key="map_range_high", format="%g")
    for key in _RANGE_FIELDS:
        drafts.field(key)
    st.button("Add this range", on_click=_add_range, args=(metric,), width="stretch")


@storing.safely
def _add_range(metric: str) -> None:
    drafts.fields_saved(*_RANGE_FIELDS)
    low, high = st.session_state["map_range_low"], st.session_state["map_range_high"]
    wanted = scope_bar.current()
    others = tuple(one for one in wanted.ranges if one.metric != metric)
    added = () if low is None and high is None else (Cut(metric, low, high),)
    scope_bar.change(replace(wanted, ranges=(*others, *added)))
