"""Saved views of the browse page: open one, save what is shown under a name, delete."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app import scope
from curation.app.server import Server
from curation.views.browse import saved_views
from curation.views.browse.saved_views import SavedView, ViewError
from pages.components import browse_state, drafts, markup, person, scope_bar, storing


def show(owner: Server) -> None:
    """Draws the views behind a button.

    Args:
        owner: The server.
    """
    views = saved_views.listing(owner)
    label = f"Views ({len(views)})" if views else "Views"
    with st.popover(label, icon=":material/bookmarks:"):
        for view in views:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.button(
                    markup.plain(view.name), key=f"browse_view_{view.name}", width="stretch", on_click=_open,
                    args=(view,), help=markup.plain(f"Saved by {view.who}: {_words(view)}"),
                )  # fmt: skip
                st.button(
                    "", key=f"browse_delete_{view.name}", icon=":material/delete:", type="tertiary",
                    help=markup.plain(f"Delete the view {view.name}"), on_click=_delete, args=(owner, view.name),
                )  # fmt: skip
        if not views:
            st.caption("A view keeps query, filters, order, and grid or table under a name, for everybody here.")
        st.text_input("Name", key="browse_view_name", max_chars=saved_views.LONGEST_NAME, placeholder="Blurry streets")
        drafts.field("browse_view_name")
        st.button("Save this view", key="browse_view_save", type="primary", on_click=_save, args=(owner, person.name()))


def _words(view: SavedView) -> str:
    filters = ", ".join(f"{name} {text}" for name, text in view.params.items()) or "all samples"
    return f"{filters}; sorted by {view.sort.removeprefix('-')}" if view.sort else filters


@storing.safely
def _open(view: SavedView) -> None:
    scope_bar.change(view.scope)
    table = view.view == "table"
    browse_state.write(
        replace(browse_state.current(), sort=view.sort, view="table" if table else "grid", size=view.size, opened=())
    )


@storing.safely
def _save(owner: Server, who: str) -> None:
    state = browse_state.current()
    name = str(st.session_state["browse_view_name"] or "")
    params = scope.to_params(scope_bar.current())
    try:
        saved_views.save(owner, SavedView(name, params, state.sort, state.view, state.size, who))
    except ViewError as error:
        st.toast(markup.plain(error), icon=":material/error:")
        return
    drafts.fields_saved("browse_view_name")
    st.session_state["browse_view_name"] = ""
    st.toast(markup.plain(f"Saved the view “{name.strip()}”."))


@storing.safely
def _delete(owner: Server, name: str) -> None:
    saved_views.delete(owner, name)
