"""The button that writes the split under the reviewer's name; and its name, a note, and where it goes."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import server
from curation.common.counts import counted
from curation.exporting.export_folder import ExportError
from curation.exporting.form import Form
from curation.recipes.recipe import Recipe, RecipeError, dumps, loads
from curation.views.export import exports
from curation.views.export.export import ExportView
from pages.components import drafts, export_form, markup, person, recipe_state, storing

_ERROR, _STARTED, _WAITS = "export_error", "export_started", "export_waits"


def fields(recipe: Recipe) -> None:
    """Draws what is said of an export and where it goes.

    Args:
        recipe: The draft; its name is the name of the split.
    """
    st.session_state["export_name"] = recipe.name
    st.text_input("Name of the split", key="export_name", max_chars=80, on_change=_named)
    st.text_area("Note", key="export_note", max_chars=2000, height=70, placeholder="What it is for; goes into the card")
    st.text_input(
        "Folder on the server",
        key="export_folder",
        placeholder="in the workspace",
        help="A whole path, apart from the workspace: a new or empty folder, or an earlier export, which is replaced.",
    )
    drafts.field("export_name", commits=False)
    drafts.field("export_note")
    drafts.field("export_folder")


def button(export_view: ExportView) -> None:
    """Draws the button that approves; the count and the name stand there before anything is written.

    Args:
        export_view: The plan that would be exported.
    """
    if st.session_state.pop(_STARTED, False):
        st.rerun()  # the sidebar watches what runs
    if st.session_state.get(_WAITS):
        st.checkbox("Write all the same", key="export_anyway")
    who = _given_name()
    st.button(
        markup.plain(f"Approve and write {_amount(export_view)} as {who}") if who else "Give your name to approve",
        key="approve",
        type="primary",
        icon=":material/warning:" if export_view.leaves_most_out else ":material/verified:",
        disabled=not export_view.size or not who or exports.is_being_written(server.current(), *_approval()),
        help=None if who else "The field Reviewer is in the sidebar.",
        on_click=_approve,
        args=(export_view,),
    )
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _approval() -> tuple[Recipe, str, str, str, Form]:
    """What a click approves: recipe, name of the person, note, folder and form."""
    note, folder = (str(st.session_state.get(key) or "") for key in ("export_note", "export_folder"))
    return recipe_state.current(), person.name(), note, folder, export_form.current_form()


def _amount(export_view: ExportView) -> str:
    """How many samples go out; beside how many could, where quotas leave hardly any."""
    if export_view.leaves_most_out:
        return f"only {export_view.size:,} of {counted(export_view.available, 'sample')}"
    return counted(export_view.size, "sample")


def _given_name() -> str:
    """The reviewer's name; empty while the field is."""
    return str(st.session_state.get("person") or "").strip()


@storing.safely
def _named() -> None:
    renamed = replace(recipe_state.current(), name=str(st.session_state["export_name"]).strip())
    try:
        recipe_state.change(loads(dumps(renamed)))
        drafts.fields_saved("export_name")
    except RecipeError as error:
        st.session_state[_ERROR] = str(error)


@storing.safely
def _approve(export_view: ExportView) -> None:
    state, owner, recipe = st.session_state, server.current(), recipe_state.current()
    waits, disputes = exports.unfinished(owner, recipe), exports.disputed(owner, export_view.plan)
    if disputes and not state.get("export_anyway"):
        state[_WAITS] = True
        state[_ERROR] = (
            f"Nothing was written: reviewers differ about {counted(disputes, 'sample')} that would go out. Settle "
            "it on the page Review, in the queue of differing verdicts, or tick the box and approve again."
        )
        return
    if waits and not state.get("export_anyway"):
        state[_WAITS] = True
        state[_ERROR] = (
            f"Nothing was written: {', '.join(waits)} {'is' if len(waits) == 1 else 'are'} still being scored, and the "
            "recipe cuts on it. Samples without a score pass the cut. Wait for it, or tick the box and approve again."
        )
        return
    try:
        exports.approve(owner, *_approval())
    except ExportError as error:
        state[_ERROR] = str(error)
        return
    drafts.fields_saved("export_note", "export_folder")
    state[_WAITS], state[_STARTED] = False, True
    st.toast("The export is being written in the background; this page may be left.")
