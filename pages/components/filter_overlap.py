"""Which filters drop the same samples: a table of counts, more coloured where more of the smaller filter is shared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.components import markup


def show(titles: Sequence[str], both: np.ndarray) -> None:
    """Draws a matrix of how many samples fail both of each two filters.

    Args:
        titles: Titles of the filters.
        both: Counts, (F, F); the diagonal is what each filter fails.
    """
    if len(titles) < 2:
        st.caption("Two filters that drop something are needed. Set another cut.")
        return
    st.caption("Samples that fail both filters, and how much of the smaller filter's that is (stronger colour: more).")
    numbers = range(1, len(titles) + 1)
    head = "".join(f'<th class="w-right" title="{markup.safe(titles[number - 1])}">{number}</th>' for number in numbers)
    body = "".join(_line(row, titles, both) for row in range(len(titles)))
    table = f'<table class="w-table" style="font-size:.8rem"><tr><th></th>{head}</tr>{body}</table>'
    markup.show(f'<div style="overflow-x:auto">{table}</div>')


def _line(row: int, titles: Sequence[str], both: np.ndarray) -> str:
    cells = "".join(_cell(row, column, titles, both) for column in range(len(titles)))
    name = f"<b>{row + 1}</b> {markup.safe(titles[row])}"
    return f'<tr><td style="min-width:8.5rem">{name}</td>{cells}</tr>'


def _cell(row: int, column: int, titles: Sequence[str], both: np.ndarray) -> str:
    number = int(both[row, column])
    if row == column:
        return f'<td class="w-right" style="padding-left:.3rem"><b>{_short(number)}</b></td>'
    share = number / max(int(min(both[row, row], both[column, column])), 1)
    words = f"{number:,} fail both {titles[row]} and {titles[column]}, {share:.0%} of the smaller"
    colour = f"background:color-mix(in srgb, var(--w-teal) {round(70 * share)}%, transparent)"
    return f'<td class="w-right" style="padding-left:.3rem;{colour}" title="{markup.safe(words)}">{_short(number)}</td>'


def _short(number: int) -> str:
    """A number that fits a narrow cell."""
    if number >= 100_000:
        return f"{number / 1000:.0f}k"
    return f"{number / 1000:.1f}k" if number >= 10_000 else f"{number:,}"
