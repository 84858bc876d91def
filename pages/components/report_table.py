"""The paper's tables over the chosen sets: a row each, the best value of a column in bold."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from curation.reporting import tables
from curation.reporting.indicators import LATER
from curation.reporting.report import IndicatorRow
from curation.reporting.tables import Headings, Line
from curation.views.report.report import Table
from pages.components import markup

_WAITING = "…"


def show(indicator_table: Table) -> None:
    """All tables; what was not computed is a dash, and why is said below."""
    first, *others = tables.headings(indicator_table.lines).items()
    _draw(indicator_table.lines, *first, sizes=True)
    for title, table in others:
        _draw(indicator_table.lines, title, table)
    legend = (
        "Bold: the best of these rows, by more than chance: its 95 % interval, below each number, meets no other. "
        f"–: not computed. {_WAITING}: takes time and is not computed yet."
    )
    st.caption(
        "  \n".join(markup.plain(line) for line in (indicator_table.note, legend, *_reasons(indicator_table.lines)))
    )


def downloads(indicator_table: Table) -> None:
    """The same numbers as files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, text in (
            ("csv", tables.as_csv(indicator_table.lines)),
            ("md", tables.as_markdown(indicator_table.lines, indicator_table.note)),
        ):
            st.download_button(
                {"csv": "CSV", "md": "Markdown"}[kind], text, f"indicators.{kind}", key=f"report_{kind}",
                on_click="ignore", icon=":material/download:",
            )  # fmt: skip
        st.caption("PNG: the camera in the corner of each picture below.")


def _draw(lines: Sequence[Line], title: str, table: Headings, *, sizes: bool = False) -> None:
    st.markdown(f"**{title}**")
    markup.show(f'<div class="w-report">{_table(lines, table, sizes)}</div>')


def _table(lines: Sequence[Line], table: Headings, sizes: bool) -> str:
    names = [name for _, group in table for name in group]
    groups = "".join(f'<th colspan="{len(group)}">{markup.safe(title)}</th>' for title, group in table)
    before = f'<th colspan="{3 if sizes else 1}"></th>'
    best = {name: tables.best(lines, name) for name in names}
    head = "".join(f'<th class="w-right" {_about(lines[0].by_name[name])}</th>' for name in names)
    head = f"<th>Set</th>{_SIZES if sizes else ''}{head}"
    body = "".join(
        f'<tr><td title="{markup.safe(line.of.note)}">{markup.safe(line.of.name)}</td>'
        + (f'<td class="w-right">{line.of.size:,}</td><td class="w-right">{line.drawn:,}</td>' if sizes else "")
        + "".join(_cell(line.by_name[name], best[name]) for name in names)
        + "</tr>"
        for line in lines
    )
    over = f'<tr class="w-heads">{before}{groups}</tr>' if any(title for title, _ in table) else ""
    return f'<table class="w-table">{over}<tr>{head}</tr>{body}</table>'


_SIZES = '<th class="w-right">Samples</th><th class="w-right" title="How many of them are counted">Counted</th>'


def _about(row: IndicatorRow) -> str:
    arrow = {"high": "↑", "low": "↓"}.get(row.better, "")
    about = f"{row.title}, {row.unit}" + (f", {row.better}er is better" if row.better else "")
    return f'title="{markup.safe(about)}">{markup.safe(row.abbreviation)}{arrow}'


def _cell(row: IndicatorRow, best: float | None) -> str:
    text = _WAITING if row.detail == LATER.detail else tables.number(row.value)
    strong = row.value is not None and best is not None and round(row.value, 9) == best
    about = "; ".join(part for part in (row.detail, f"over {row.n:,}" if row.n else "") if part)
    ends = tables.interval(row)
    below = f'<div class="w-soft w-num">{ends}</div>' if ends else ""
    return f'<td class="w-right" title="{markup.safe(about)}">{f"<b>{text}</b>" if strong else text}{below}</td>'


def _reasons(lines: Sequence[Line]) -> list[str]:
    """Why an indicator has no value, once for all sets where it is the same."""
    sets_by_reason: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        for row in line.rows:
            if row.abbreviation and row.value is None and row.detail and row.detail != LATER.detail:
                sets_by_reason.setdefault(row.title, {}).setdefault(row.detail, []).append(line.of.name)
    return [
        f"{title}: {detail}" + ("" if len(sets) == len(lines) else f" ({', '.join(sets)})")
        for title, details in sets_by_reason.items()
        for detail, sets in details.items()
    ]
