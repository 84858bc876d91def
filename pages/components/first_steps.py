"""The four steps from data to an export, and the next of them as the page's primary button."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.views.overview.first_steps import FirstStep
from pages.components import markup


def show(steps: Sequence[FirstStep], *, button: bool = True) -> None:
    """Draws the steps until all are done.

    Args:
        steps: In their order.
        button: Whether the next step is a button below them.
    """
    following = next((step for step in steps if not step.is_done), None)
    if following is None:
        return
    tiles = "".join(_tile(number, step, step is following) for number, step in enumerate(steps, 1))
    markup.show(f'<ol class="w-steps" aria-label="First steps">{tiles}</ol>')
    if button and st.button(following.label, type="primary", key="first_step", icon=":material/arrow_forward:"):
        st.switch_page(following.page)


def _tile(number: int, step: FirstStep, is_next: bool) -> str:
    sign = "✓" if step.is_done else str(number)
    state = "done" if step.is_done else "next" if is_next else "later"
    return (
        f'<li class="w-step w-step-{state}"><span class="w-step-sign" aria-hidden="true">{sign}</span>'
        f'<span><b>{markup.safe(step.title)}</b><span class="w-hidden"> ({state})</span><br>'
        f'<span class="w-soft">{markup.safe(step.purpose)}</span></span></li>'
    )
