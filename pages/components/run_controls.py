"""The present run in numbers, with pause and resume."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import progress
from pages.components import activity, markup


def show() -> None:
    """Draws the run and keeps it live while it goes on."""
    busy = progress.activity(server.current()).busy
    st.fragment(_live, run_every=1.0 if busy else None, key="run")(busy)


def _live(was_busy: bool) -> None:
    owner = server.current()
    now = progress.activity(owner)
    with st.container(border=True):
        head, buttons = st.columns([4, 1], vertical_alignment="center")
        with head:
            st.markdown(f"**{activity.STATES[now.state]}**{f': {markup.plain(now.doing)}' if now.doing else ''}")
            if now.total:
                st.progress(now.share, text=activity.sentence(now))
        with buttons:
            _button(owner, now)
        if now.failed:
            st.caption(f"{now.failed:,} values failed in this run; they are listed below.")
        if now.detail:
            st.caption(markup.plain(now.detail))
        if now.stalled:
            st.warning("The workers have given no sign of life for a minute.", icon=":material/hourglass_disabled:")
    if was_busy != now.busy:
        st.rerun()


def _button(owner: server.Server, now: progress.Activity) -> None:
    if now.state == "paused":
        st.button("Resume", icon=":material/play_arrow:", type="primary", on_click=owner.resume, width="stretch")
    elif now.state in ("loading", "running"):
        st.button("Pause", icon=":material/pause:", on_click=owner.pause, width="stretch")
    else:
        st.button(
            "Score what is missing", icon=":material/play_arrow:", on_click=owner.score, width="stretch",
            disabled=now.state == "waiting",
        )  # fmt: skip
