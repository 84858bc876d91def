"""What the recipe does, in one or two lines, with the way to the page where it is changed."""

from __future__ import annotations

import streamlit as st

from curation.recipe import Recipe
from pages.components import markup


def show(recipe: Recipe) -> None:
    """Thresholds and flags of the recipe."""
    kinds = ", ".join(kind.replace("_", " ") for kind in recipe.drop_flags) or "none"
    st.caption(markup.plain(f"{len(recipe.cuts)} thresholds. Flags that drop a sample unless dismissed: {kinds}."))
    st.page_link("thresholds.py", label="Change thresholds and flags", icon=":material/tune:")
