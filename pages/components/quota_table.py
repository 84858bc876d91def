"""Values of an axis with a floor and a cap for each: sorted, scrolled and typed into in the browser."""

from __future__ import annotations

import streamlit as st

from curation.recipes.recipe import AXES, Recipe
from curation.views.export import export
from curation.views.export.export import AxisView
from curation.views.messages.editors import QuotaData
from pages.components import frontend, recipe_state, storing

KEY = "quota_table"
_HEARD = "quota_table_heard"


def show(axis: AxisView) -> None:
    """The table of one axis; a changed number changes the recipe."""
    data: QuotaData = {
        "axis": axis.axis,
        "title": axis.title,
        "floor": axis.floor,
        "cap": axis.cap,
        "rows": [
            {
                "value": row["value"],
                "before": row["before"],
                "available": row["available"],
                "taken": row["taken"],
                "floor": row["floor"],
                "cap": row["cap"],
                "unmet": row["unmet"],
            }
            for row in axis.rows.iter_rows(named=True)
        ],
        "ack": st.session_state.get(_HEARD, 0),
    }
    frontend.component(KEY)(key=KEY, data=data, on_edits_change=_hear)


def with_edits(recipe: Recipe, edits: object, heard: int) -> tuple[Recipe, int]:
    """Applies the bounds that the browser sent to a recipe; anything odd is left out.

    Args:
        recipe: The recipe to start from.
        edits: Messages of the browser, oldest first.
        heard: Number of the last message that was applied before.
    Returns:
        The recipe, and the number of the last message.
    """
    for edit in edits if isinstance(edits, list) else ():
        if not isinstance(edit, dict) or not isinstance(edit.get("id"), int) or edit["id"] <= heard:
            continue
        heard = edit["id"]
        axis, value, side, number = (edit.get(name) for name in ("axis", "value", "side", "number"))
        is_bound = number is None or (isinstance(number, int) and not isinstance(number, bool) and number >= 0)
        if axis in AXES and isinstance(value, str) and side in ("floor", "cap") and is_bound:
            recipe = export.with_bound(recipe, axis, value, side, number)
    return recipe, heard


@storing.safely
def _hear() -> None:
    edits = (st.session_state.get(KEY) or {}).get("edits")
    changed, heard = with_edits(recipe_state.current(), edits, st.session_state.get(_HEARD, 0))
    recipe_state.change(changed)
    st.session_state[_HEARD] = heard  # last: the table says again what is not acknowledged
