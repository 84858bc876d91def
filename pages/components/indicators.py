"""Indicators of everything beside those of the export."""

from __future__ import annotations

import polars as pl
import streamlit as st

from curation.common import intervals
from curation.reporting import tables
from pages.components import markup

ALL = "all_indicators"


def asked_for_all() -> bool:
    """True in the run after the button below was pressed."""
    return bool(st.session_state.get(ALL, False))


def show(indicators: pl.DataFrame, waiting: bool) -> None:
    """Draws each indicator before and after; a dot says whether it went the better way by more than chance.

    Args:
        indicators: One row per indicator.
        waiting: True adds the button that computes what takes seconds.
    """
    rows = [
        (
            f'{_dot(row)}<span title="{markup.safe(_about(row))}">{markup.safe(row["title"])}</span>',
            _number(row, "before"),
            _number(row, "after"),
        )
        for row in indicators.iter_rows(named=True)
        if row["before"] is not None or row["after"] is not None
    ]
    markup.show(markup.table(("Indicator", "Before", "After"), rows, right=(1, 2)))
    if waiting:
        st.button("Compute diversity", key=ALL, help="Diversity of instructions, responses and images takes seconds.")


def _dot(row: dict[str, object]) -> str:
    before, after = row["before"], row["after"]
    if not isinstance(before, float) or not isinstance(after, float) or not row["better"]:
        return markup.dot("")
    if abs(after - before) <= 1e-9 * max(abs(before), 1.0) or _within_chance(row):
        return markup.dot("")
    return markup.dot("w-good" if (after > before) == (row["better"] == "high") else "w-bad")


def _about(row: dict[str, str]) -> str:
    return "; ".join(part for part in (row["unit"], row["detail"]) if part)


def _within_chance(row: dict[str, object]) -> bool:
    """Whether the two 95 % intervals have a value in common."""
    ends = [row[name] for name in ("before_low", "before_high", "after_low", "after_high")]
    numbers = [end for end in ends if isinstance(end, float)]
    return len(numbers) == len(ends) and intervals.meet((numbers[0], numbers[1]), (numbers[2], numbers[3]))


def _number(row: dict[str, object], side: str) -> str:
    value, low, high = (row[name] for name in (side, f"{side}_low", f"{side}_high"))
    if not isinstance(value, float):
        return ""
    if not isinstance(low, float) or not isinstance(high, float):
        return tables.number(value)
    ends = f"{tables.number(low)} to {tables.number(high)}"
    return f'{tables.number(value)}<div class="w-soft w-num">{ends}</div>'
