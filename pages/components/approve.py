"""The name of the split and the button that writes it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation import server
from curation.export import ExportError
from curation.recipe import Recipe, RecipeError, dumps, loads
from curation.views import export
from curation.views.export import ExportView
from pages.components import markup, person, recipe_state


def show(shown: ExportView, recipe: Recipe) -> None:
    """States the count before anything is written."""
    st.session_state["export_name"] = recipe.name
    st.text_input("Name of the split", key="export_name", max_chars=80, on_change=_named)
    st.button(
        f"Approve and write {shown.size:,} samples",
        type="primary",
        icon=":material/verified:",
        disabled=not shown.size,
        on_click=_approve,
    )
    st.caption(markup.plain(f"{shown.size:,} of {shown.total:,} samples; recorded as approved by {person.name()}."))
    message = st.session_state.pop("export_error", None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _named() -> None:
    wanted = replace(recipe_state.current(), name=str(st.session_state["export_name"]).strip())
    try:
        recipe_state.change(loads(dumps(wanted)))
    except RecipeError as error:
        st.session_state["export_error"] = str(error)


def _approve() -> None:
    try:
        number = export.approve(server.current(), recipe_state.current(), person.name())
    except ExportError as error:
        st.session_state["export_error"] = str(error)
        return
    st.toast(f"Export {number} is written and can be downloaded.")
