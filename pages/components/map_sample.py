"""The sample that was clicked on the map: picture, conversation, scores, and ways on from it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app.scope import Scope
from curation.app.server import Server
from curation.common.counts import counted
from curation.views.review import review
from curation.views.sample import sample
from curation.views.sample.sample import SampleView
from pages.components import (
    box_reading,
    conversation,
    markup,
    picture,
    sample_address,
    sample_facts,
    scope_bar,
    storing,
)

TURNS = 3


def current(owner: Server) -> SampleView | None:
    """The sample that the address names; where there is none such, that is said."""
    number = sample_address.read(review.count(owner))
    return None if number is None else sample.view(owner, number)


def show(owner: Server, sample_view: SampleView, stage: str) -> None:
    """Draws the panel of the open sample beside the map.

    Args:
        owner: The server.
        sample_view: The sample.
        stage: Stage that drew the map; "More like this" searches on it.
    """
    with st.container(height=620, border=True, key="map_sample"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button("Close", icon=":material/close:", key="map_close", on_click=_close)
            st.button(
                "More like this",
                icon=":material/join_inner:",
                key="map_like",
                on_click=_like,
                args=(sample_view.sample_no, stage),
            )
            st.page_link(
                "review.py",
                label="Review",
                icon=":material/rate_review:",
                query_params={"sample": str(sample_view.sample_no)},
            )
        drawn = bool(sample_view.marks) and st.toggle("Boxes of the row", value=True, key="map_boxes")
        box_reading.show(owner, sample_view, "map")
        markup.show(picture.every(sample_view, high=240, most=2, marked=drawn))
        conversation.show(sample_view.turns[:TURNS], marks=sample_view.marks)
        if len(sample_view.turns) > TURNS:
            st.caption(f"and {counted(len(sample_view.turns) - TURNS, 'more turn')}, on the Review page")
        facts = (sample_facts.verdict(sample_view), sample_facts.flags(sample_view), sample_facts.scores(sample_view))
        markup.show("".join(facts))
        markup.show(sample_facts.original(sample_view))


@storing.safely
def _close() -> None:
    st.query_params.pop("sample", None)


@storing.safely
def _like(number: int, stage: str) -> None:
    page_scope = scope_bar.current()
    scope_bar.change(replace(Scope(), dataset=page_scope.dataset, task=page_scope.task, like=f"{stage}:{number}"))
