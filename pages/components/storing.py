"""Callbacks that store: what cannot be stored now is said in one sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from curation.workspace import NotStoredError
from pages.components import markup

Given = ParamSpec("Given")


def safely(act: Callable[Given, object]) -> Callable[Given, None]:
    """The same act; where nothing can be stored (a full disk), a sentence in place of an exception."""

    @functools.wraps(act)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except NotStoredError as error:
            refused(error)

    return run


def reason(error: NotStoredError) -> str:
    """Why nothing was stored, without saying that nothing was."""
    text = str(error).removeprefix("Nothing was stored: ")
    return text[:1].upper() + text[1:]


def refused(error: NotStoredError) -> None:
    """Says that nothing was stored."""
    st.toast(markup.plain(error), icon=":material/error:", duration="long")
