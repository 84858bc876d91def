"""The filters of the flags page; they live in the address, so a view can be shared, and hold within the scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from curation.app import scope
from curation.app.server import Server
from curation.common import display
from curation.flags import current_flags
from curation.views.flags import flags
from pages.components import markup, scope_bar, storing

ANY = "any"


def current() -> flags.Filter:
    """The filter as the address and the scope say."""
    order = str(st.query_params.get("order", flags.WORST))
    return flags.Filter(
        _value("kind"),
        scope_bar.current().dataset or None,
        _value("verdict"),
        _value("status", current_flags.OPEN),
        _value("source"),
        order if order in flags.ORDERS else flags.WORST,
    )


def members(owner: Server) -> np.ndarray | None:
    """The samples that the scope leaves; None for all, also where it names nothing but a dataset."""
    return scope.members(owner, replace(scope_bar.current(), dataset=""))


def show(shown: flags.FlagsView) -> None:
    """The filters in two rows, with counts."""
    places = st.columns([3, 3, 3, 3, 3], vertical_alignment="bottom")
    with places[0]:
        _select("Kind", "kind", shown.kinds, display.title)
    with places[1]:
        _dataset(shown.datasets)
    with places[2]:
        _select("Verdict", "verdict", shown.verdicts, display.title)
    with places[3]:
        _select("Denied by", "source", shown.sources, lambda one: flags.SOURCES.get(one, display.title(one)))
    with places[4]:
        _order()
    options = [one for one in current_flags.STATUSES if one != current_flags.SUPPORTED or shown.statuses[one]] + [ANY]
    _keep("status", current_flags.OPEN, options)
    st.segmented_control(
        "Status",
        options,
        key="filter_status",
        format_func=lambda one: "Any" if one == ANY else f"{display.title(one)} ({shown.statuses[one]:,})",
        on_change=_changed,
        args=("status", current_flags.OPEN, options),
        label_visibility="collapsed",
    )


def _order() -> None:
    _keep("order", flags.WORST, list(flags.ORDERS))
    st.selectbox(
        "Order",
        list(flags.ORDERS),
        key="filter_order",
        format_func=flags.ORDERS.__getitem__,
        on_change=_changed,
        args=("order", flags.WORST, list(flags.ORDERS)),
    )


def _dataset(datasets: list[str]) -> None:
    named = scope_bar.current().dataset
    choices = [ANY, *datasets] if not named or named in datasets else [ANY, named, *datasets]
    st.session_state["filter_dataset"] = named or ANY
    st.selectbox(
        "Dataset",
        choices,
        key="filter_dataset",
        format_func=lambda one: "Any" if one == ANY else markup.line(one),
        on_change=_dataset_changed,
    )


@storing.safely
def _dataset_changed() -> None:
    chosen = st.session_state["filter_dataset"]
    st.query_params.pop("flag", None)
    scope_bar.change(replace(scope_bar.current(), dataset="" if chosen == ANY else chosen))


def _select(label: str, name: str, counts: Mapping[str, int], words: Callable[[str], str]) -> None:
    chosen = _value(name)
    choices = [ANY, *counts] if chosen is None or chosen in counts else [ANY, chosen, *counts]
    _keep(name, ANY, choices)
    st.selectbox(
        label,
        choices,
        key=f"filter_{name}",
        format_func=lambda one: "Any" if one == ANY else f"{words(one)} ({counts.get(one, 0):,})",
        on_change=_changed,
        args=(name, ANY, choices),
    )


def _value(name: str, default: str = ANY) -> str | None:
    value = st.query_params.get(name, default)
    return None if value == ANY else str(value)


def _keep(name: str, default: str, options: list[str]) -> None:
    """The address decides what the widget shows."""
    value = st.query_params.get(name, default)
    st.session_state[f"filter_{name}"] = value if value in options else default


@storing.safely
def _changed(name: str, default: str, choices: list[str]) -> None:
    value = st.session_state[f"filter_{name}"] or default
    if value not in choices:  # a label whose count has changed since it was drawn
        return
    st.query_params.pop("flag", None)
    if value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
