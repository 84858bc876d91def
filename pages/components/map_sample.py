"""The sample that was clicked on the map: picture, conversation, scores, and ways on from it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from curation.app.scope import Scope
from curation.app.server import Server
from curation.views.review import review
from curation.views.sample import sample
from curation.views.sample.sample import SampleView
from pages.components import conversation, markup, picture, sample_address, sample_facts, scope_bar, storing

TURNS = 3


def current(owner: Server) -> SampleView | None:
    """The sample that the address names; where there is none such, that is said."""
    number = sample_address.read(review.count(owner))
    return None if number is None else sample.view(owner, number)


def show(shown: SampleView, stage: str) -> None:
    """The panel beside the map."""
    with st.container(height=620, border=True, key="map_sample"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button("Close", icon=":material/close:", key="map_close", on_click=_close)
            st.button(
                "More like this",
                icon=":material/join_inner:",
                key="map_like",
                on_click=_like,
                args=(shown.sample_no, stage),
            )
            st.page_link(
                "review.py",
                label="Review",
                icon=":material/rate_review:",
                query_params={"sample": str(shown.sample_no)},
            )
        drawn = bool(shown.marks) and st.toggle("Boxes of the row", value=True, key="map_boxes")
        markup.show(picture.every(shown, high=240, most=2, marked=drawn))
        conversation.show(shown.turns[:TURNS], marks=shown.marks)
        if len(shown.turns) > TURNS:
            st.caption(f"and {markup.count(len(shown.turns) - TURNS, 'more turn')}, on the Review page")
        facts = (sample_facts.verdict(shown), sample_facts.flags(shown), sample_facts.scores(shown))
        markup.show("".join(facts))
        markup.show(sample_facts.original(shown))


@storing.safely
def _close() -> None:
    st.query_params.pop("sample", None)


@storing.safely
def _like(number: int, stage: str) -> None:
    kept = scope_bar.current()
    scope_bar.change(replace(Scope(), dataset=kept.dataset, task=kept.task, like=f"{stage}:{number}"))
