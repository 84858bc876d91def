"""Above the map: which map, its colours, and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from curation.app import board, scope
from curation.app.server import Server
from curation.common import display
from curation.filtering import query
from curation.maps.layouts import MAPS
from curation.recipes.recipe import Cut
from curation.views.map import map as map_view
from pages.components import drafts, markup, query_box, scope_bar, storing

WORDS, SHOWS = "words", "scene"
_SEARCHES = {WORDS: "Words", SHOWS: "Picture shows"}


def stage(owner: Server) -> str:
    """The map that the address names, else the one of this session, else the first that there is."""
    named = str(st.query_params.get("map", st.session_state.get("map_last", "")))
    map_stage = named if named in MAPS else map_view.first_map(owner)
    st.session_state["map_last"] = map_stage
    return map_stage


def by() -> str:
    """What the points are coloured by."""
    colouring = str(st.query_params.get("by", st.session_state.get("map_by_last", "cluster")))
    st.session_state["map_by_last"] = colouring
    return colouring


def show(owner: Server, drawn_map: map_view.MapView) -> None:
    """Draws map, colours, search and filters in one row.

    Args:
        owner: The server.
        drawn_map: The map that is drawn below.
    """
    first, second, third, fourth, last = st.columns([5.6, 3.2, 2.8, 4, 2.4], vertical_alignment="bottom", gap="small")
    with first:
        _map_choice(drawn_map)
    with second:
        _colour_choice(drawn_map)
    with third:
        st.session_state.setdefault("map_kind", SHOWS if scope_bar.current().scene else WORDS)
        kind = st.selectbox("Search for", list(_SEARCHES), key="map_kind", format_func=_SEARCHES.__getitem__)
    with fourth:
        _search_field(kind)
    with last, st.popover("Filter", icon=":material/filter_alt:", width="stretch"):
        _filters(owner)
    if drawn_map.why:
        st.warning(markup.plain(drawn_map.why), icon=":material/image_search:")
    query_box.problem(owner)


def _map_choice(drawn_map: map_view.MapView) -> None:
    st.session_state["map_stage"] = drawn_map.stage
    st.segmented_control(
        "Map of",
        list(MAPS),
        key="map_stage",
        required=True,
        format_func=MAPS.__getitem__,
        on_change=_put,
        args=("map", "map_stage"),
    )


def _colour_choice(drawn_map: map_view.MapView) -> None:
    st.session_state["map_by"] = drawn_map.by
    st.selectbox(
        "Colour by",
        list(drawn_map.colours),
        key="map_by",
        format_func=lambda name: markup.line(drawn_map.colours[name]),
        on_change=_put,
        args=("by", "map_by"),
    )


def _search_field(kind: str) -> None:
    page_scope = scope_bar.current()
    st.session_state["map_search"] = page_scope.scene if kind == SHOWS else page_scope.query or page_scope.words
    st.text_input(
        _SEARCHES[kind],
        key="map_search",
        type="search",
        placeholder="dog -“red bus” task:counting" if kind == WORDS else "A red bus in the rain",
        label_visibility="collapsed",
        on_change=_search,
    )


@storing.safely
def _put(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]


@storing.safely
def _search() -> None:
    text = " ".join(str(st.session_state["map_search"] or "").split())[: query.LONGEST]
    page_scope = replace(scope_bar.current(), like="")
    if st.session_state["map_kind"] == SHOWS:
        scope_bar.change(replace(page_scope, scene=text[: scope.LONGEST]))
    else:
        scope_bar.change(replace(page_scope, words="", query=text))


def _filters(owner: Server) -> None:
    snapshot = board.current(owner).snapshot
    page_scope = scope_bar.current()
    datasets = snapshot.samples["dataset"].unique(maintain_order=True).to_list()
    _choice("Dataset", "dataset", datasets, page_scope.dataset)
    _choice("Task", "task", snapshot.tasks, page_scope.task)
    _choice("Language", "language", snapshot.languages, page_scope.language)
    _choice("Flag", "flagged", snapshot.flags["kind"].unique().sort().to_list(), page_scope.flagged, display.title)
    _choice(
        "Decision",
        "decision",
        scope.DECISIONS,
        page_scope.decision,
        lambda option: scope.DECISIONS[option].capitalize(),
    )
    _choice("Tag", "tag", scope.tags(owner), page_scope.tag)
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
    change: dict[str, Any] = {part: st.session_state[key] or ""}
    scope_bar.change(replace(scope_bar.current(), **change))


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
    page_scope = scope_bar.current()
    others = tuple(cut for cut in page_scope.ranges if cut.metric != metric)
    added = () if low is None and high is None else (Cut(metric, low, high),)
    scope_bar.change(replace(page_scope, ranges=(*others, *added)))
