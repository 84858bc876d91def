"""Two axes crossed: how many samples of every cell go out, of how many that pass."""

from __future__ import annotations

import streamlit as st

from curation.views.export import export
from curation.views.export.export import AXES, ExportView
from pages.components import markup

MOST_ROWS, MOST_COLUMNS = 60, 12


def show(export_view: ExportView) -> None:
    """A table of cells; the darker, the more go out. Nothing where there is one axis only."""
    axes = [axis_view.axis for axis_view in export_view.axes]
    if len(axes) < 2:
        return
    pair = _pair(axes)
    rows, columns, available, exported = export.table_of(export_view.plan, *pair)
    if len(columns) > len(rows):
        rows, columns, available, exported = columns, rows, available.T, exported.T
        pair = (pair[1], pair[0])
    most = max(int(exported.max(initial=0)), 1)
    body = [
        (
            markup.safe(rows[r]),
            *(_cell(exported[r, c], available[r, c], most) for c in range(len(columns))[:MOST_COLUMNS]),
        )
        for r in range(len(rows))[:MOST_ROWS]
    ]
    head = (AXES[pair[0]], *columns[:MOST_COLUMNS])
    table = markup.table(head, body, right=tuple(range(1, len(head))))
    markup.show(f'<div class="w-cells" tabindex="0" role="region" aria-label="Cells">{table}</div>')
    hidden = len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS
    more = f" The largest {MOST_ROWS} by {MOST_COLUMNS} are shown." if hidden else ""
    st.caption(f"Taken / passing the filters.{more}")


def _pair(axes: list[str]) -> tuple[str, str]:
    if len(axes) == 2:
        return axes[0], axes[1]
    pairs = [(first, second) for position, first in enumerate(axes) for second in axes[position + 1 :]]
    return st.selectbox(
        "Cells of", pairs, format_func=lambda pair: f"{AXES[pair[0]]} × {AXES[pair[1]]}", key="cell_pair"
    )


def _cell(exported: int, available: int, most: int) -> str:
    if not available:
        return '<span class="w-soft">·</span>'
    shade = round(8 + 47 * exported / most) if exported else 0
    return (
        f'<span class="w-cell" style="background:color-mix(in srgb, var(--w-teal) {shade}%, transparent)">'
        f'<b>{exported:,}</b> <span class="w-soft">/ {available:,}</span></span>'
    )
