"""The box for a query: words, fields and ranges narrow what a page is about; what is wrong stands below it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import queried
from curation.app.server import Server
from curation.filtering import query
from pages.components import markup, scope_bar, storing

HELP = "Words, “phrases” in quotes, field:value, ranges such as turns>2, and, or, not. Browse shows every field."


def show(owner: Server, page: str) -> None:
    """Draws the box.

    Args:
        owner: The server.
        page: Name of the page, for the key of the box.
    """
    query_key = f"{page}_query"
    st.session_state[query_key] = scope_bar.current().query
    with st.container(gap=None, width=520):
        st.text_input(
            "Query", key=query_key, type="search", max_chars=query.LONGEST, label_visibility="collapsed",
            placeholder='dog -"red bus" task:counting turns>2', help=HELP, on_change=_ask, args=(query_key,),
        )  # fmt: skip
        problem(owner)


def problem(owner: Server) -> None:
    """Says in one sentence what is wrong with the present query, where anything is."""
    text = scope_bar.current().query
    sentence = queried.problem(owner, text) if text else ""
    if sentence:
        st.warning(markup.plain(sentence), icon=":material/search_off:")


@storing.safely
def _ask(key: str) -> None:
    text = " ".join(str(st.session_state[key] or "").split())
    scope_bar.change(replace(scope_bar.current(), query=text))
