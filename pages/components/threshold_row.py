"""One metric on the thresholds page: its distribution, its cut, and a slider over what is kept."""

from __future__ import annotations

import streamlit as st

from curation.recipe import Cut
from curation.views import board, thresholds
from curation.views.thresholds import MetricRow
from pages.components import histogram, markup, recipe_state


def show(row: MetricRow) -> None:
    """Toggle, histogram and range slider; a move changes the recipe."""
    with st.container(gap=None):
        head, body = st.columns([5, 8], gap="small", vertical_alignment="center")
        with head, st.container(gap=None):
            _toggle(row)
        with body, st.container(gap=None):
            _slider(row)


def _toggle(row: MetricRow) -> None:
    key = f"use-{row.name}-{recipe_state.epoch()}"
    st.session_state[key] = row.cut is not None
    st.toggle(markup.plain(row.title), key=key, help=markup.plain(row.about), on_change=_toggled, args=(row, key))
    said = f"drops {row.drops:,}, alone {row.only:,}" if row.cut else "not used"
    empty = f" · {row.missing:,} without a value" if row.missing else ""
    markup.show(f'<div class="w-soft w-num">{said}{empty}</div>')


def _slider(row: MetricRow) -> None:
    cuts = [edge for edge in ((row.cut.low, row.cut.high) if row.cut else ()) if edge is not None]
    scale = (row.lowest, row.highest)
    picture = histogram.html(row.counts.tolist(), row.remaining.tolist(), row.edges, scale, cuts)
    markup.show(f'<div class="w-over">{picture}</div>')
    key = f"cut-{row.name}-{row.lowest:g}-{row.highest:g}-{recipe_state.epoch()}"
    st.session_state[key] = (max(row.low, row.lowest), min(row.high, row.highest))
    st.slider(
        markup.plain(f"{row.title}, kept"),
        row.lowest,
        row.highest,
        step=row.step,
        key=key,
        format=_format(row.step),
        label_visibility="collapsed",
        on_change=_moved,
        args=(row, key),
    )


def _toggled(row: MetricRow, key: str) -> None:
    wanted = st.session_state[key]
    cut = (row.suggested or _middle(row)) if wanted else Cut(row.name)
    st.session_state["looked_at"] = row.name
    recipe_state.change(board.with_cut(recipe_state.current(), cut))


def _moved(row: MetricRow, key: str) -> None:
    low, high = st.session_state[key]
    st.session_state["looked_at"] = row.name
    recipe_state.change(board.with_cut(recipe_state.current(), thresholds.cut_between(row, low, high)))


def _middle(row: MetricRow) -> Cut:
    """A cut to start from where nothing is suggested: the outer tenth of the scale at both ends."""
    tenth = max(round((row.highest - row.lowest) / 10 / row.step), 1) * row.step
    return Cut(row.name, row.lowest + tenth, row.highest - tenth)


def _format(step: float) -> str:
    digits = 0 if step >= 1 else len(f"{step:.10f}".rstrip("0").split(".")[1])
    return f"%.{digits}f"
