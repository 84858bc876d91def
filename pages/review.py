"""Review: one sample at a time, decided with one key."""

from __future__ import annotations

import streamlit as st

from curation import server
from curation.views import review, thresholds
from pages.components import (
    conversation,
    empty,
    history,
    markup,
    picture,
    recipe_state,
    review_actions,
    review_queue,
    sample_facts,
)

owner = server.current()

st.title("Review")
queue = review_queue.current(owner)
shown = review.view(owner, queue, review_queue.at())
if shown.order.is_empty() and queue.kind == review.ALL:
    empty.show_if_empty()
    st.stop()

head = st.container()
if shown.current is not None:  # first of all: a key pressed now must mean the sample that is about to be seen
    review_actions.show(shown)
with head:
    review_queue.show(owner, shown, queue)
if shown.current is None:
    st.success("Every sample of this queue is decided.", icon=":material/check_circle:")
    review_actions.show_undo()
    history.show(shown.history)
    st.stop()

sample = shown.current
left, middle, right = st.columns([9, 9, 5], gap="medium")
with left:
    for one in sample.pictures:
        picture.show(one, high=560 if len(sample.pictures) == 1 else 320)
    if not sample.pictures:
        markup.show('<div class="w-none">This sample has no picture.</div>')
with middle:
    conversation.show(sample.turns)
    sample_facts.show_flags(sample)
with right:
    sample_facts.show_scores(sample)
    sample_facts.show_fate(thresholds.reasons(owner, recipe_state.current(), sample.sample_no))
    history.show(shown.history)
