"""In place of a map that is not computed: what it needs, a button, and how far it is."""

from __future__ import annotations

import streamlit as st

from curation.app.server import Server
from curation.maps import layouts
from curation.views.map.map import MapView
from curation.views.runs import progress, runs
from pages.components import activity, markup, storing

_WHAT = {
    "map_images": "Pictures that look alike lie near each other",
    "map_instructions": "Instructions that ask for similar things lie near each other",
    "map_responses": "Responses that speak of similar things lie near each other",
}


def show(owner: Server, map_view: MapView) -> None:
    """Draws the offer to compute a map, or its progress; nothing where the map is there.

    Args:
        owner: The server.
        map_view: The map that is asked for.
    """
    missing = map_view.missing
    if missing is None:
        return
    with st.container(border=True):
        st.markdown(
            f"**The map of {layouts.MAPS[map_view.stage].lower()} is not computed yet.** {_WHAT[map_view.stage]}."
        )
        if missing.why:
            st.warning(markup.plain(f"It could not be computed: {missing.why}"), icon=":material/warning:")
        now = progress.activity(owner)
        if missing.active and now.busy:
            _watch(owner, map_view.stage)
        else:
            st.caption(
                markup.plain(f"It needs {missing.needs or 'nothing else'}.")
                + " It is computed in the background: half a minute for hundreds of samples, "
                "some minutes for hundreds of thousands. Nothing leaves this machine."
            )
            st.button(
                "Compute this map",
                type="primary",
                icon=":material/scatter_plot:",
                on_click=_start,
                args=(owner, map_view.stage),
            )
        st.page_link("runs.py", label="Runs shows what goes on and what failed", icon=":material/manufacturing:")


@storing.safely
def _start(owner: Server, stage: str) -> None:
    runs.switch(owner, stage, True)


@st.fragment(run_every=1.0, key="map_missing")
def _watch(owner: Server, stage: str) -> None:
    now = progress.activity(owner)
    st.progress(now.share if now.total else 0.0, text=activity.sentence(now) if now.total else "About to start …")
    if layouts.plane(owner.workspace, stage) is not None or not now.busy:
        st.rerun()
