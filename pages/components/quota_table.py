"""Values of an axis with a floor and a cap for each: sorted, scrolled and typed into in the browser."""

from __future__ import annotations

from typing import Any

import streamlit as st

from curation.recipes.recipe import AXES, Recipe
from curation.views.export import export
from curation.views.export.export import AxisView
from pages.components import frontend, recipe_state, storing

KEY = "quota_table"
_HEARD = "quota_table_heard"


def show(axis: AxisView) -> None:
    """The table of one axis; a changed number changes the recipe."""
    frontend.component(KEY)(
        key=KEY,
        data={
            "axis": axis.axis,
            "title": axis.title,
            "floor": axis.floor,
            "cap": axis.cap,
            "rows": axis.rows.to_dicts(),
            "ack": st.session_state.get(_HEARD, 0),
        },
        on_edits_change=_said,
    )


def taken(recipe: Recipe, said: Any, heard: int) -> tuple[Recipe, int]:
    """The recipe after what the browser says since message `heard`, and the last message; anything odd is left out."""
    for one in said if isinstance(said, list) else ():
        if not isinstance(one, dict) or not isinstance(one.get("id"), int) or one["id"] <= heard:
            continue
        heard = one["id"]
        axis, value, side, number = (one.get(name) for name in ("axis", "value", "side", "number"))
        is_bound = number is None or (isinstance(number, int) and not isinstance(number, bool) and number >= 0)
        if axis in AXES and isinstance(value, str) and side in ("floor", "cap") and is_bound:
            recipe = export.with_bound(recipe, axis, value, side, number)
    return recipe, heard


@storing.safely
def _said() -> None:
    said = (st.session_state.get(KEY) or {}).get("edits")
    changed, heard = taken(recipe_state.current(), said, st.session_state.get(_HEARD, 0))
    recipe_state.change(changed)
    st.session_state[_HEARD] = heard  # last: the table says again what is not acknowledged
