"""The filters of the flags page; they live in the address, so a view can be shared."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.views import flags
from pages.components import markup

ANY = "any"


def current() -> flags.Filter:
    """The filter as the address and the widgets say."""
    return flags.Filter(
        _value("kind"),
        _value("dataset"),
        _value("verdict"),
        _value("status", flags.OPEN),
        str(st.query_params.get("order", flags.WORST)),
    )


def show(shown: flags.FlagsView) -> None:
    """The four filters in one row, with counts."""
    kinds, datasets, verdicts, statuses = st.columns([3, 3, 2, 4], vertical_alignment="bottom")
    with kinds:
        _select(
            "Kind",
            "kind",
            list(shown.kinds),
            lambda kind: f"{markup.words(kind)} ({shown.kinds.get(kind, 0):,})",
        )
    with datasets:
        _select("Dataset", "dataset", shown.datasets, markup.plain)
    with verdicts:
        _select("Verdict", "verdict", shown.verdicts, markup.words)
    with statuses:
        options = [one for one in flags.STATUSES if one != flags.SUPPORTED or shown.statuses[one]] + [ANY]
        _keep("status", flags.OPEN, options)
        st.segmented_control(
            "Status",
            options,
            key="filter_status",
            format_func=lambda one: "Any" if one == ANY else f"{markup.words(one)} ({shown.statuses[one]:,})",
            on_change=_changed,
            args=("status", flags.OPEN),
        )


def show_order(shown: flags.FlagsView) -> None:
    """Whether what the sources disagree on comes first; only where they do."""
    disputed = st.query_params.get("order") == flags.DISPUTED
    if disputed or shown.disputed:
        st.session_state["filter_order"] = disputed
        st.toggle("Most disputed first", key="filter_order", on_change=_reordered)


def _reordered() -> None:
    st.query_params.pop("flag", None)
    if st.session_state["filter_order"]:
        st.query_params["order"] = flags.DISPUTED
    else:
        st.query_params.pop("order", None)


def _select(label: str, name: str, options: list[str], words: Callable[[str], str]) -> None:
    chosen = _value(name)
    choices = [ANY, *options] if chosen is None or chosen in options else [ANY, chosen, *options]
    _keep(name, ANY, choices)
    st.selectbox(
        label,
        choices,
        key=f"filter_{name}",
        format_func=lambda one: "Any" if one == ANY else words(one),
        on_change=_changed,
        args=(name, ANY),
    )


def _value(name: str, default: str = ANY) -> str | None:
    value = st.query_params.get(name, default)
    return None if value == ANY else str(value)


def _keep(name: str, default: str, options: list[str]) -> None:
    """The address decides what the widget shows."""
    value = st.query_params.get(name, default)
    st.session_state[f"filter_{name}"] = value if value in options else default


def _changed(name: str, default: str) -> None:
    value = st.session_state[f"filter_{name}"] or default
    st.query_params.pop("flag", None)
    if value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
