"""One image with its clue and the exact prompt, as text."""

from __future__ import annotations

import streamlit as st

from curation.app import server
from curation.generation.plan import GenerationPlan
from curation.views.generate import generate
from pages.components import markup, storing

_PLACE = "generate_place"


def show(run_plan: GenerationPlan) -> None:
    """The image that the arrows lead to, beside what is known of it."""
    preview = generate.look(server.current(), run_plan, int(st.session_state.get(_PLACE, 0)))
    if preview is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="generate_steps"):
        st.button("Image before", icon=":material/chevron_left:", key="generate_before", on_click=_step, args=(-1,))
        st.button("Next image", icon=":material/chevron_right:", key="generate_next", on_click=_step, args=(1,))
        markup.show(
            f'<span class="w-soft w-num">{preview.position + 1:,} of {preview.total:,}</span> · '
            f"{markup.safe(preview.name)}"
        )
    picture, clue = st.columns(2, gap="medium")
    with picture:
        if preview.picture:
            st.image(preview.picture, width="stretch")
        else:
            st.caption("This image cannot be shown.")
    with clue:
        markup.show(
            '<div class="w-who">What is known of it</div>'
            f'<div class="w-bubble w-answer">{markup.safe(preview.clue) or "<i>nothing</i>"}</div>'
        )
    if preview.why:
        st.info(markup.plain(preview.why), icon=":material/block:")
    elif preview.data:
        with st.expander(f"The exact prompt, {markup.plain(preview.version)}", icon=":material/description:"):
            st.caption("The rules, with two examples")
            st.code(preview.rules, language=None, wrap_lines=True, height=320)
            st.caption("The image's data")
            st.code(preview.data, language=None, wrap_lines=True)


@storing.safely
def _step(by: int) -> None:
    st.session_state[_PLACE] = int(st.session_state.get(_PLACE, 0)) + by
