"""Samples at the cut of the filter in focus, and samples that it drops, each with why it is dropped."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.app import server
from curation.filtering.thresholds import RecipeOutcome
from curation.recipes.recipe import Recipe
from curation.views.thresholds import cut_detail
from curation.views.thresholds.cut_detail import ExampleSample, Focus
from pages.components import markup, picture, storing

_SEED = "example_seed"


def show(outcome: RecipeOutcome, recipe: Recipe, focus: Focus) -> None:
    """Draws rows of samples around the filter in focus; those that are drawn at random can be drawn again.

    Args:
        outcome: What the recipe does.
        recipe: Recipe with the cut.
        focus: The filter in focus.
    """
    rows = cut_detail.examples(server.current(), outcome, recipe, focus, st.session_state.get(_SEED, 0))
    if not rows:
        st.caption("This metric has no cut. Drag a handle into its histogram, or switch it on.")
        return
    for title, examples in rows:
        row(title, examples)
    st.button("Draw other samples", icon=":material/shuffle:", type="tertiary", on_click=_draw_again)


def row(title: str, examples: Sequence[ExampleSample]) -> None:
    """Draws small cards side by side under a title; a click opens the sample in Review.

    Args:
        title: Title of the row, plain text.
        examples: Samples, six to a line.
    """
    if not examples:
        markup.show(f'<div class="w-soft">{markup.safe(title)}: none.</div>')
        return
    cells = "".join(_card(example) for example in examples)
    markup.show(
        f'<div class="w-soft">{markup.safe(title)}</div>'
        f'<div style="display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.4rem">{cells}</div>'
    )


def _card(example: ExampleSample) -> str:
    why = f"Dropped by: {', '.join(example.reasons)}" if example.reasons else "Remains"
    reasons = ", ".join(example.reasons) or "remains"
    value = "" if example.value is None else f"{example.value:.4g} · "
    return (
        f'<a class="w-card" href="/review?sample={int(example.sample_no)}" target="_blank" title="{markup.safe(why)}">'
        f"{picture.thumbnail(example.image_no, example.dataset)}"
        f'<span class="w-soft w-num">{value}row {int(example.row)}</span><br>'
        f'<span class="w-soft w-clip">{markup.safe(reasons)}</span></a>'
    )


@storing.safely
def _draw_again() -> None:
    st.session_state[_SEED] = st.session_state.get(_SEED, 0) + 1
