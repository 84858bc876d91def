"""The filters and the selection that travel with the user from page to page, as chips that can be taken off."""

from __future__ import annotations

import numpy as np
import streamlit as st

from curation.app import scope
from curation.app.scope import Scope
from curation.app.server import Server
from pages.components import markup, storing

_KEY = "scope"


def current() -> Scope:
    """The scope that the address names, else the one that the session had, which is written to the address."""
    named = scope.from_params(st.query_params)
    if named.empty:
        named = st.session_state.get(_KEY, Scope())
        for name, text in scope.to_params(named).items():
            st.query_params[name] = text
    st.session_state[_KEY] = named
    return named


def name() -> str:
    """The present scope as a short text, for keys."""
    return "&".join(f"{part}={text}" for part, text in scope.to_params(current()).items())


@storing.safely
def change(new: Scope) -> None:
    """Puts another scope in place of the present one."""
    st.session_state[_KEY] = new
    params = scope.to_params(new)
    for name in scope.PARAMS:
        if name in params:
            st.query_params[name] = params[name]
        else:
            st.query_params.pop(name, None)


def show(owner: Server, *, members: np.ndarray | None = None, without: str = "") -> np.ndarray | None:
    """Draws the filters of the scope as chips, with how many samples they leave.

    Args:
        owner: The server.
        members: The scope's samples where they are known already, True for each, (N,).
        without: A filter that the page shows in another way.
    Returns:
        True for the samples of the scope, (N,); None for all samples.
    """
    present = scope.without(current(), without) if without else current()
    if present.empty:
        return None
    in_scope = scope.members(owner, present) if members is None else members
    count = int(np.count_nonzero(in_scope)) if in_scope is not None else 0
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="scope_bar"):
        markup.show(f'<span class="w-num"><b>{count:,}</b> {"sample" if count == 1 else "samples"}</span>')
        for part, words in scope.chips(owner, present):
            st.button(
                markup.plain(words),
                key=f"scope_{part}",
                icon=":material/close:",
                help="Take this filter off",
                on_click=change,
                args=(scope.without(current(), part),),
            )
        st.button("Show everything", key="scope_clear", type="tertiary", on_click=change, args=(Scope(),))
    return in_scope
