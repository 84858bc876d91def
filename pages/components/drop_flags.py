"""Which kinds of flags drop a sample unless a person dismissed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from curation.recipe import Recipe
from pages.components import markup, recipe_state

_KEY = "drop_flags"


def show(kinds: Mapping[str, int], recipe: Recipe) -> None:
    """The kinds as pills, chosen ones drop their samples."""
    names = [*kinds, *(kind for kind in recipe.drop_flags if kind not in kinds)]
    if not names:
        return
    st.session_state[_KEY] = [kind for kind in names if kind in recipe.drop_flags]
    st.pills(
        "Drop samples with these flags, unless dismissed",
        names,
        selection_mode="multi",
        key=_KEY,
        wrap=True,
        format_func=lambda kind: f"{markup.plain(markup.words(kind))} {kinds.get(kind, 0):,}",
        on_change=_changed,
    )


def _changed() -> None:
    chosen = list(st.session_state[_KEY])
    old = recipe_state.current()
    kept = [kind for kind in old.drop_flags if kind in chosen]
    recipe_state.change(replace(old, drop_flags=tuple(kept + [kind for kind in chosen if kind not in kept])))
