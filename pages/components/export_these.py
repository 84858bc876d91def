"""The button that lets nothing but what is selected go out, and goes to the export page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from curation.common.errors import WinnowError
from curation.recipes.recipe import SampleSelection
from pages.components import markup, recipe_state, storing

_GOES = "export_these"


def button(take: Callable[[], SampleSelection], count: int, key: str) -> None:
    """Draws the button.

    Args:
        take: Takes the selection when the button is pressed.
        count: How many samples it has.
        key: Key of the button.
    """
    if st.session_state.pop(_GOES, False):
        st.switch_page("export.py")
    st.button(
        f"Export these {count:,}", key=key, icon=":material/upload:", disabled=not count, on_click=_take,
        args=(take,),
        help="Nothing but these samples may go out then; filters, decisions and quotas still apply.",
    )  # fmt: skip


@storing.safely
def _take(take: Callable[[], SampleSelection]) -> None:
    try:
        recipe_state.change(replace(recipe_state.latest(), selection=take()))
    except WinnowError as error:
        st.toast(markup.plain(error), icon=":material/error:")
    else:
        st.session_state[_GOES] = True
