"""What may go out at all: everything, or a selection from the map, a cluster, a queue, a tag or a list of keys."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import scope, server
from curation.app.server import Server
from curation.common.counts import counted
from curation.common.errors import WinnowError
from curation.recipes.recipe import Recipe, SampleSelection
from curation.views.export import selections
from curation.views.export.export import ExportView
from curation.views.export.selections import KEYS, MAP
from pages.components import markup, person, recipe_state, scope_bar, storing

_KIND, _CHOICE, _FILE, _ERROR = "selection_kind", "selection_choice", "selection_file", "selection_error"


def show(export_view: ExportView, recipe: Recipe) -> None:
    """Says what may go out, and offers another selection.

    Args:
        export_view: The plan, which knows how many samples are outside.
        recipe: The draft with the selection.
    """
    owner, selection = server.current(), recipe.selection
    with st.container(border=selection is not None, key="export_selection"):
        if selection is not None:
            _present(owner, export_view, selection)
        with st.popover("Another selection" if selection else "Only a selection", icon=":material/select:"):
            _choose(owner)
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(markup.plain(message), icon=":material/error:")


def _present(owner: Server, export_view: ExportView, selection: SampleSelection) -> None:
    outside = export_view.plan.outside
    st.markdown(
        f"Only **{counted(len(selection.keys), 'sample')}** may go out: {markup.plain(selection.words)}. "
        f"{outside:,} {'is' if outside == 1 else 'are'} outside."
    )
    gone = selections.gone(owner, selection)
    if gone:
        st.warning(
            f"{counted(gone, 'sample')} of the selection {'is' if gone == 1 else 'are'} no longer here.",
            icon=":material/error:",
        )
    st.button("Export from all samples", key="selection_clear", icon=":material/close:", on_click=_put, args=(None,))


def _choose(owner: Server) -> None:
    page_scope = scope_bar.current()
    kind = st.selectbox(
        "Take", selections.sources(owner, page_scope), index=None, key=_KIND, format_func=selections.TITLES.__getitem__,
        placeholder="where from",
    )  # fmt: skip
    st.caption("What is taken stays the same, whatever is decided or scored afterwards.")
    if kind == KEYS:
        st.file_uploader("A key on every line, as in samples.txt of an export", type="txt", key=_FILE)
        st.button("Only these", key="selection_take", disabled=not st.session_state.get(_FILE), on_click=_take_keys)
        return
    if kind == MAP:
        members = scope.members(owner, page_scope)
        if members is not None:
            selection = selections.of_scope(owner, members, page_scope)
            _button(selection)
        return
    options = selections.choices(owner, kind) if kind else {}
    if not kind or not options:
        return
    choice = st.selectbox(
        selections.TITLES[kind], list(options), key=f"{_CHOICE}_{kind}", index=None, label_visibility="collapsed",
        format_func=lambda option: markup.line(options.get(option, option)), placeholder="which",
    )  # fmt: skip
    if choice:
        try:
            _button(selections.selection_of(owner, kind, choice, person.name()))
        except WinnowError as error:
            st.error(markup.plain(error), icon=":material/error:")


def _button(selection: SampleSelection) -> None:
    count = len(selection.keys)
    st.button(
        f"Only {'this' if count == 1 else 'these'} {counted(count, 'sample')}", key="selection_take",
        type="primary", disabled=not count, on_click=_put, args=(selection,),
    )  # fmt: skip


@storing.safely
def _put(selection: SampleSelection | None) -> None:
    recipe_state.change(replace(recipe_state.current(), selection=selection))


@storing.safely
def _take_keys() -> None:
    file = st.session_state[_FILE]
    try:
        text = file.getvalue().decode("utf-8")
        _put(selections.of_keys(server.current(), text, file.name))
    except UnicodeDecodeError:
        st.session_state[_ERROR] = f"{file.name} is no text."
    except WinnowError as error:
        st.session_state[_ERROR] = str(error)
