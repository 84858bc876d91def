"""Review: one sample after the other, decided by keys."""

from __future__ import annotations

from functools import partial

import streamlit as st

from curation.app import server
from curation.views.export import selections
from curation.views.review import review
from pages.components import (
    box_reading,
    browser,
    empty,
    export_these,
    history,
    person,
    query_box,
    ranking_panel,
    recipe_state,
    review_deck,
    review_queue,
    scope_bar,
    team_panel,
    turn_dialog,
)

owner = server.current()
queue = review_queue.current(owner)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Review", width="stretch")
    query_box.show(owner, "review")
deck = f"{queue.kind}/{queue.choice}/{scope_bar.name()}/{person.name()}"
browser.give_back_of_closed(owner)
review_deck.enter(owner, deck)
within = scope_bar.show(owner)
review_view = review.view(
    owner, queue, person.name(), browser.name(), recipe_state.latest(), scope=within,
    sample_no=review_deck.on_table(review.count(owner)), pending=review_deck.state().pending, ahead=review_deck.ahead(),
)  # fmt: skip
if not review_view.size and queue.kind == "all" and within is None:
    empty.show_if_empty()
    st.stop()

with st.container(key="review_head"):
    kinds, bar, out, learned, log, together = st.columns([8, 6, 4, 3, 3, 3], vertical_alignment="bottom", gap="small")
with kinds, st.container(horizontal=True, vertical_alignment="bottom"):
    review_queue.choose(owner, queue)
with bar:
    review_queue.progress(review_view)
if queue.kind != "all" or within is not None:
    with out:
        take = partial(selections.of_queue, owner, queue, person.name(), scope_bar.current())
        export_these.button(take, review_view.size, "review_export")
with learned:
    ranking_panel.show()
with log:
    history.show(review_view.history)
with together:
    team_panel.show()
review_deck.show(review_view, deck)
if review_view.items:
    turn_dialog.show(review_view.items[0])
    box_reading.show(owner, review_view.items[0].sample, "review")
