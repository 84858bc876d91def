"""How the numbers of drawn boxes are read: the guess for the dataset, and a way to say otherwise."""

from __future__ import annotations

import streamlit as st

from curation.app.server import Server
from curation.common.counts import counted
from curation.images.coordinates import FRAMES, ORDERS, SCALES, Convention
from curation.views.sample import box_reading
from curation.views.sample.content import SampleContent
from pages.components import markup, storing

_FIELDS = ("scale", "frame", "order")


def show(owner: Server, sample: SampleContent, part: str) -> None:
    """Draws a small button that says how boxes are read, where the sample has any.

    Args:
        owner: The server.
        sample: The sample that is drawn.
        part: Name of the page's part, for the widgets' keys.
    """
    if not sample.marks and not any(picture.boxes for picture in sample.pictures):
        return
    read = sample.boxes_read
    convention = read.reading.convention
    with st.popover("How boxes are read", icon=":material/crop_free:"):
        st.caption(f"{markup.plain(sample.dataset)}: {convention.words}. {_why(read)}")
        key = f"{part}_boxes_{sample.dataset_no}"
        st.selectbox(
            "Numbers are",
            list(SCALES),
            list(SCALES).index(convention.scale),
            format_func=lambda name: SCALES[name],
            key=f"{key}_scale",
            on_change=_choose,
            args=(owner, sample.dataset_no, key),
        )
        st.selectbox(
            "They refer to",
            list(FRAMES),
            list(FRAMES).index(convention.frame),
            format_func=lambda name: FRAMES[name],
            key=f"{key}_frame",
            on_change=_choose,
            args=(owner, sample.dataset_no, key),
        )
        st.selectbox(
            "Four numbers in a text are",
            list(ORDERS),
            list(ORDERS).index(convention.order),
            format_func=lambda name: ORDERS[name],
            key=f"{key}_order",
            on_change=_choose,
            args=(owner, sample.dataset_no, key),
        )
        if read.reading.is_chosen:
            st.button("Back to the guess", key=f"{key}_guess", on_click=_forget, args=(owner, sample.dataset_no, key))


def _why(read: box_reading.BoxReading) -> str:
    if read.reading.is_chosen:
        return "Somebody chose this for the dataset."
    if not read.guess.shapes:
        return "The rows say it themselves, or draw nothing."
    fits = f"{read.guess.fits:.0%} of {counted(read.guess.shapes, 'shape')} lie inside their pictures"
    return f"This is a guess: read so, {fits}."


@storing.safely
def _choose(owner: Server, dataset_no: int, key: str) -> None:
    convention = Convention(*(st.session_state[f"{key}_{field}"] for field in _FIELDS))
    box_reading.choose(owner.workspace.store, dataset_no, convention)


@storing.safely
def _forget(owner: Server, dataset_no: int, key: str) -> None:
    box_reading.choose(owner.workspace.store, dataset_no, None)
    for field in _FIELDS:
        st.session_state.pop(f"{key}_{field}", None)
