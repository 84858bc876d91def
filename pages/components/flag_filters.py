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


def current() -> flags.FlagFilter:
    """The filter as the address and the scope say."""
    order = str(st.query_params.get("order", flags.WORST))
    return flags.FlagFilter(
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


def show(flags_view: flags.FlagsView) -> None:
    """The filters in two rows, with counts."""
    columns = st.columns([3, 3, 3, 3, 3], vertical_alignment="bottom")
    with columns[0]:
        _select("Kind", "kind", flags_view.kinds, display.title)
    with columns[1]:
        _dataset(flags_view.datasets)
    with columns[2]:
        _select("Verdict", "verdict", flags_view.verdicts, display.title)
    with columns[3]:
        _select(
            "Denied by", "source", flags_view.sources, lambda source: flags.SOURCES.get(source, display.title(source))
        )
    with columns[4]:
        _order()
    options = [
        status for status in current_flags.STATUSES if status != current_flags.SUPPORTED or flags_view.statuses[status]
    ] + [ANY]
    _keep("status", current_flags.OPEN, options)
    st.segmented_control(
        "Status",
        options,
        key="filter_status",
        format_func=lambda status: (
            "Any" if status == ANY else f"{display.title(status)} ({flags_view.statuses[status]:,})"
        ),
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
        format_func=lambda dataset: "Any" if dataset == ANY else markup.line(dataset),
        on_change=_dataset_changed,
    )


@storing.safely
def _dataset_changed() -> None:
    dataset = st.session_state["filter_dataset"]
    st.query_params.pop("flag", None)
    scope_bar.change(replace(scope_bar.current(), dataset="" if dataset == ANY else dataset))


def _select(label: str, name: str, counts: Mapping[str, int], words: Callable[[str], str]) -> None:
    selected = _value(name)
    choices = [ANY, *counts] if selected is None or selected in counts else [ANY, selected, *counts]
    _keep(name, ANY, choices)
    st.selectbox(
        label,
        choices,
        key=f"filter_{name}",
        format_func=lambda option: "Any" if option == ANY else f"{words(option)} ({counts.get(option, 0):,})",
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
