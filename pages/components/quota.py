"""How many samples each task may have, how many in all, and the seed of the draw."""

from __future__ import annotations

import streamlit as st

from curation.recipe import Recipe
from curation.views import export
from pages.components import recipe_state


def show(recipe: Recipe) -> None:
    """Three numbers; an empty one means no limit."""
    st.session_state["quota_cap"] = recipe.quota.cap
    st.session_state["quota_total"] = recipe.quota.total
    st.session_state["quota_seed"] = recipe.seed
    cap, total, seed = st.columns(3)
    cap.number_input(
        "At most per task", min_value=0, value=None, step=10, key="quota_cap", placeholder="no cap", on_change=_changed
    )
    total.number_input(
        "In all", min_value=0, value=None, step=50, key="quota_total", placeholder="no limit", on_change=_changed
    )
    seed.number_input("Seed", min_value=0, value=None, step=1, key="quota_seed", on_change=_changed)
    st.caption("Every task gives what it has up to its cap; with a total, tasks are filled up evenly.")


def _changed() -> None:
    state, old = st.session_state, recipe_state.current()
    recipe_state.change(
        export.with_quota(old, state.quota_cap, state.quota_total, old.quota.caps, int(state.quota_seed or 0))
    )
