"""The one thing to do next with a dataset, as the page's primary button."""

from __future__ import annotations

import streamlit as st

from curation.views.ingest.next_step import NextStep
from pages.components import markup


def show(step: NextStep | None) -> None:
    """Draws the button and why it is the next step; nothing where there is none."""
    if step is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="next_action"):
        if st.button(step.label, type="primary", key="next_step", icon=":material/arrow_forward:"):
            st.switch_page(step.page, query_params=dict(step.params))
        st.caption(markup.plain(step.why))
