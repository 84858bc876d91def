"""A turn on its own: its response written anew, or words of it marked and named."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.decisions import actions
from curation.views.review.review import ReviewItem
from pages.components import drafts, person, review_deck, span_editor, text_editor

LABELS = {
    "inaccurate": "Inaccurate: not what the picture shows",
    "accurate": "Accurate: what the picture shows",
    "analysis": "Analysis: an opinion or a conclusion",
    "unsure": "Unsure: the picture does not tell",
}
"""M-HalDetect's labels in words."""


def show(item: ReviewItem) -> None:
    """Opens the dialog that the deck asked for on this sample, if it asked for one."""
    do, key, turn = review_deck.state().editing or ("", "", 0)
    if key == item.sample.key and turn < len(item.sample.turns):
        title = "Edit response" if do == "edit" else "Mark words of the response"
        st.dialog(title, width="large", on_dismiss=close)(_content)(do, item, turn)


def close() -> None:
    """Nothing is edited any more."""
    review_deck.state().editing = None


def _content(do: str, item: ReviewItem, turn: int) -> None:
    if review_deck.state().editing is None:  # it was saved: only the dialog runs again then
        st.rerun()
    if do == "edit":
        _edit(item, turn)
    else:
        _mark(item, turn)


def _edit(item: ReviewItem, turn: int) -> None:
    original = item.sample.turns[turn].response
    edit = item.edits.get(turn)
    present = original if edit is None or edit.response is None else edit.response
    st.caption("The original stays stored; the export has the new text. Undo takes it back.")
    text_editor.show(
        present,
        key=f"turn_text_{item.sample.sample_no}_{turn}",
        on_save=lambda text: _save_text(item.sample.key, turn, text),
        draft=drafts.name("response", item.sample.key, turn),
    )


def _mark(item: ReviewItem, turn: int) -> None:
    text = item.sample.turns[turn].response
    label = st.radio("What is it?", list(LABELS), format_func=LABELS.__getitem__, key="span_label")
    span_editor.show(
        text,
        0,
        0,
        key=f"turn_span_{item.sample.sample_no}_{turn}",
        on_save=lambda start, end: _save_span(item.sample.key, turn, start, end, text[start:end], label),
        tone="confirmed" if label == "inaccurate" else "flagged",
        draft=drafts.name("mark", item.sample.key, turn),
    )


def _save_text(key: str, turn: int, text: str) -> None:
    actions.edit(server.current().workspace, person.name(), key, turn, text)
    close()


def _save_span(key: str, turn: int, start: int, end: int, text: str, label: str) -> None:
    actions.mark(server.current().workspace, person.name(), key, turn, start, end, text, label)
    close()
