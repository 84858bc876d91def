"""Order, view, size and opened samples of the browse page, in the address and the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import streamlit as st

from curation.common import digits

LEAST_SIZE, MOST_SIZE = 96, 420
MOST_BESIDE = 4
"""Samples that are looked at side by side."""
MOST_SPANS = 5_000
"""Pieces of a selection."""
_KEY = "browse_state"
_LONGEST = 200


@dataclass(frozen=True)
class ListSelection:
    """Places that are selected in the list `rev` of a query and an order, as from and to (not included)."""

    rev: str = ""
    query: str = ""
    sort: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class BrowseState:
    """How samples are listed. `seq` is the last message of the browser."""

    sort: str = ""
    view: Literal["grid", "table"] = "grid"
    size: int = 180
    open: tuple[str, ...] | None = None
    opened: tuple[int, ...] = ()
    seq: int = 0
    selected: ListSelection = field(default_factory=ListSelection)


def current() -> BrowseState:
    """The state of the session, with what the address names."""
    state: BrowseState = st.session_state.get(_KEY, BrowseState())
    if _KEY not in st.session_state:
        params = st.query_params
        size = digits.whole_number(params.get("size", "")) or state.size
        state = replace(
            state,
            sort=params.get("sort", "")[:_LONGEST],
            view="table" if params.get("view") == "table" else "grid",
            size=max(LEAST_SIZE, min(MOST_SIZE, size)),
            opened=_numbers(params.get("sample", "").split(",")),
        )
        st.session_state[_KEY] = state
    return state


def write(state: BrowseState) -> None:
    """Keeps a state, and names it in the address."""
    st.session_state[_KEY] = state
    address()


def address() -> None:
    """Puts the state into the address: coming from another page by the sidebar, it names nothing."""
    state, default = current(), BrowseState()
    params = {
        "sort": state.sort,
        "view": state.view if state.view != default.view else "",
        "size": str(state.size) if state.size != default.size else "",
        "sample": ",".join(map(str, state.opened)),
    }
    for name, text in params.items():
        if text and st.query_params.get(name) != text:
            st.query_params[name] = text
        elif not text and name in st.query_params:
            del st.query_params[name]


def changed(state: BrowseState, message: Mapping[str, Any]) -> BrowseState:
    """The state after a message of the browser.

    Args:
        state: The state before.
        message: A BrowseChange; what cannot be read raises.

    Returns:
        The new state.
    """
    return replace(
        state,
        seq=int(message["seq"]),
        sort=str(message["sort"])[:_LONGEST],
        view="table" if message["view"] == "table" else "grid",
        size=max(LEAST_SIZE, min(MOST_SIZE, int(message["size"]))),
        open=tuple(str(name)[:_LONGEST] for name in list(message["open"])[:MOST_SPANS]),
        opened=_numbers(map(str, message["opened"])),
    )


def selection(message: Mapping[str, Any]) -> ListSelection:
    """Reads what the browser says is selected.

    Args:
        message: A BrowseSelection.

    Returns:
        The selection; none where it is in too many pieces.
    """
    spans = tuple((int(low), int(high)) for low, high in list(message["spans"])[: MOST_SPANS + 1])
    if len(spans) > MOST_SPANS:
        return ListSelection()
    return ListSelection(str(message["rev"]), str(message["query"]), str(message["sort"]), spans)


def _numbers(texts: Any) -> tuple[int, ...]:
    numbers = (digits.whole_number(str(text).strip()) for text in texts)
    return tuple(number for number in numbers if number is not None and number >= 0)[:MOST_BESIDE]
