"""Tasks with what is available and what is taken; a cap of its own may be set for each."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.recipe import Recipe
from curation.views import export
from pages.components import markup, recipe_state


def show(tasks: pl.DataFrame, recipe: Recipe) -> None:
    """A bar and numbers per task, and the caps of single tasks behind a popover."""
    largest = max([1, *tasks["before"].to_list()])
    rows = [
        (
            markup.safe(row["task"]),
            markup.bar(row["taken"] / largest, rest=(row["available"] - row["taken"]) / largest),
            f"{row['before']:,}",
            f"{row['available']:,}",
            f"<b>{row['taken']:,}</b>",
        )
        for row in tasks.iter_rows(named=True)
    ]
    markup.show(markup.table(("Task", "", "Before", "Available", "Taken"), rows, right=(2, 3, 4)))
    with st.popover("Caps of single tasks", icon=":material/tune:"):
        for row in tasks.iter_rows(named=True):
            key = f"cap-{row['task']}"
            st.session_state[key] = recipe.quota.caps.get(row["task"])
            st.number_input(
                markup.plain(row["task"]),
                min_value=0,
                value=None,
                step=10,
                key=key,
                placeholder="as all tasks",
                on_change=_changed,
                args=(row["task"], key),
            )


def _changed(task: str, key: str) -> None:
    old = recipe_state.current()
    caps = {name: cap for name, cap in old.quota.caps.items() if name != task}
    if st.session_state[key] is not None:
        caps[task] = int(st.session_state[key])
    recipe_state.change(export.with_quota(old, old.quota.cap, old.quota.total, caps, old.seed))
