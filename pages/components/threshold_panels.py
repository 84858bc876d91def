"""What follows a move once the handle is let go: examples, quality, side effects, overlap, recipes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from curation.app import server
from curation.filtering.thresholds import RecipeOutcome
from curation.recipes.recipe import Recipe
from curation.views.thresholds import cut_detail
from curation.views.thresholds.cut_detail import Focus
from pages.components import cut_examples, cut_quality, filter_overlap, named_recipes, scope_bar, side_effects


def show(outcome: RecipeOutcome, recipe: Recipe, focus: Focus) -> None:
    """Draws one panel at a time; only that one is computed.

    Args:
        outcome: What the recipe does.
        recipe: The draft.
        focus: The filter in focus.
    """
    panels: dict[str, Callable[[], None]] = {
        "Examples": lambda: cut_examples.show(outcome, recipe, focus),
        "Quality": lambda: cut_quality.show(cut_detail.judgement(server.current(), outcome, recipe, focus)),
        "Side effects": lambda: side_effects.show(cut_detail.effects(server.current(), outcome), outcome),
        "Overlap": lambda: filter_overlap.show(*cut_detail.overlap(outcome)),
        "Recipes": lambda: named_recipes.show(recipe, scope_bar.current()),
    }
    panel = st.segmented_control(
        "Panel", list(panels), default="Examples", required=True, key="threshold_panel", label_visibility="collapsed"
    )
    panels[panel or "Examples"]()
