"""Who pays for the recipe: groups of samples whose share shifts, and those that lose much more than others."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.filtering.thresholds import RecipeOutcome
from pages.components import markup

_MOST = 40


def show(table: pl.DataFrame, outcome: RecipeOutcome) -> None:
    """Draws a warning where a group loses several times the average share, then every group, largest shifts first.

    Args:
        table: Groups as `cut_detail.effects` gives them.
        outcome: What the recipe does.
    """
    lost = 1 - outcome.remaining / max(outcome.total, 1)
    warned = table.filter(pl.col("warn")).sort("lost", descending=True)
    if warned.height:
        names = ", ".join(
            f"{row['by'].lower()} {row['group']} ({row['lost']:.0%})" for row in warned.head(5).to_dicts()
        )
        more = f" and {warned.height - 5} more" if warned.height > 5 else ""
        st.warning(
            markup.plain(f"Hit hardest (average loss {100 * lost:.1f} %): {names}{more}."),
            icon=":material/balance:",
        )
    kinds = sorted(table["by"].unique())
    selected = st.pills(
        "Groups by", kinds, selection_mode="multi", key="effects_by", label_visibility="collapsed", wrap=True
    )
    listed = table.filter(pl.col("by").is_in(selected)) if selected else table
    markup.show(
        markup.table(
            ("Group", "", "Before", "After", "Loses", "Its share"),
            [_cells(row) for row in listed.head(_MOST).iter_rows(named=True)],
            right=(2, 3, 4, 5),
        )
    )
    if listed.height > _MOST:
        st.caption(f"The {_MOST} largest shifts of {listed.height}.")


def _cells(row: dict[str, object]) -> tuple[str, ...]:
    lost, shift = float(str(row["lost"])), float(str(row["shift"]))
    tone = "w-bad" if row["warn"] else ""
    mark = " ⚠" if row["warn"] else ""
    return (
        f'<span class="w-soft">{markup.safe(row["by"])}</span><br>{markup.safe(row["group"])}',
        markup.bar(1 - lost, tone, faint_share=lost),
        f"{row['before']:,}",
        f"{row['after']:,}",
        f"{lost:.1%}{mark}",
        f"{shift:+.2f} points",
    )
