"""The report's pictures. Each has a camera in its corner: the browser makes the PNG, so the server needs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from plotly.graph_objs import Figure as Drawn  # type: ignore[attr-defined]

from curation.common.counts import counted
from curation.reporting import tables
from curation.reporting.correlation import Correlation, Correlations
from curation.reporting.tables import Line
from curation.views.report.report_plots import Profile, Spread, TaskPart

Figure = dict[str, Any]

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "star")
_COLOURS = ("#1a9486", "#d28a1c", "#3f87cf", "#a567b5", "#d64535", "#869a2b", "#8a9691")
"""Readable on light and on dark; the theme's own list is shorter than Plotly wants and would be passed over."""
_TEAL = [[0.0, "#f2f6f4"], [0.5, "#b5ddd6"], [1.0, "#5cb8ab"]]
_DIVERGING = [[0.0, "#dd8a3e"], [0.5, "#f6f5f0"], [1.0, "#49ad9f"]]
_INK = "#12211d"
"""Of the numbers in coloured cells: every colour of both scales is light enough for it, in a dark app too."""


def show(figure: Figure, name: str, alt: str) -> None:
    """Draws a figure.

    Args:
        figure: Data and layout for Plotly.
        name: Name of the PNG file, and key of the chart.
        alt: What a screen reader says.
    """
    config = {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": f"winnow-{name}", "scale": 2},
    }
    drawn = Drawn(figure)  # with the app's template, which a plain dictionary would not have
    st.plotly_chart(drawn, key=f"report_figure_{name}", config=config, alt=alt)


def heat(lines: Sequence[Line], names: Sequence[str], profiles: Sequence[Profile]) -> Figure:
    """Returns the table as a picture: darker is nearer to the best of the column.

    Args:
        lines: Sets with their indicators.
        names: Indicators to draw.
        profiles: The sets' shares of the best, in the order of `lines`.
    """
    numbers = [[tables.number(line.by_name[name].value) for name in names] for line in lines]
    body = _heatmap(
        [list(profile.shares) for profile in profiles], _labels(lines, names), [_short(o.name) for o in profiles]
    )
    body |= {"text": numbers, "colorscale": _TEAL, "zmin": 0, "zmax": 1, "showscale": False}
    body["hovertemplate"] = "%{y}, %{x}: %{text}<extra></extra>"
    return {"data": [body], "layout": _layout(60 + 30 * len(lines), left=170)}


def radar(lines: Sequence[Line], names: Sequence[str], profiles: Sequence[Profile]) -> Figure:
    """Returns one line per set on polar axes; the outer edge is the best value of each indicator.

    Args:
        lines: Sets with their indicators.
        names: Indicators to draw.
        profiles: The sets' shares of the best, in the order of `lines`.
    """
    axes = _labels(lines, names)
    data = [
        _line(profile, position, axes)
        | {"type": "scatterpolar", "r": [*profile.shares, profile.shares[0]], "theta": [*axes, axes[0]]}
        for position, profile in enumerate(profiles)
    ]
    layout = _layout(520)
    layout["polar"] = {
        "bgcolor": "rgba(0,0,0,0)",
        "radialaxis": {"range": [0, 1.02], "tickvals": [0.25, 0.5, 0.75, 1], "tickformat": ".0%", "gridcolor": _GRID},
        "angularaxis": {"gridcolor": _GRID, "linecolor": _GRID},
    }
    return {"data": data, "layout": layout}


def parallel(lines: Sequence[Line], names: Sequence[str], profiles: Sequence[Profile]) -> Figure:
    """Returns one line per set over parallel axes; 100 % is the best value of each indicator.

    Args:
        lines: Sets with their indicators.
        names: Indicators to draw.
        profiles: The sets' shares of the best, in the order of `lines`.
    """
    axes = _labels(lines, names)
    data = [
        _line(profile, position, axes) | {"type": "scatter", "x": axes, "y": list(profile.shares)}
        for position, profile in enumerate(profiles)
    ]
    layout = _layout(420)
    layout["yaxis"] = {"tickformat": ".0%", "title": {"text": "of the best"}, "rangemode": "tozero"}
    layout["xaxis"] = {"showgrid": True, "gridcolor": _GRID}
    return {"data": data, "layout": layout}


def distribution(title: str, edges: np.ndarray, spreads: Sequence[Spread]) -> Figure:
    """Returns how the values of a metric spread, a stepped line per set; two bins make one step.

    Args:
        title: Title of the metric.
        edges: Edges of the bins, ascending; an even number of bins.
        spreads: Shares of the sets in the bins.
    """
    middles = ((edges[2::2] + edges[:-2:2]) / 2).tolist()
    data = [_steps(spread, position, middles) for position, spread in enumerate(spreads)]
    layout = _layout(380)
    layout["xaxis"] = {"title": {"text": _text(title)}}
    layout["legend"] = {"orientation": "h", "y": -0.22}
    layout["yaxis"] = {"title": {"text": "share of the set"}, "tickformat": ".0%", "rangemode": "tozero"}
    return {"data": data, "layout": layout}


def _steps(spread: Spread, position: int, middles: list[float]) -> Figure:
    low, middle, high = spread.quartiles
    summary = f"median {middle:.4g}, half of all in {low:.4g} to {high:.4g}<br>{counted(spread.count, 'sample')}"
    return {
        "type": "scatter", "mode": "lines", "name": _short(spread.name), "x": middles,
        "y": spread.shares.reshape(-1, 2).sum(axis=1).tolist(),
        "line": {"shape": "hvh", "dash": _DASHES[position % len(_DASHES)], "width": 2},
        "hovertemplate": f"{_text(spread.name)}<br>%{{x:.4g}}: %{{y:.1%}}<br>{summary}<extra></extra>",
    }  # fmt: skip


def sunburst(parts: Sequence[TaskPart]) -> Figure:
    """Tasks inside, what they are made of outside, where that is more than one thing; a click on a task opens it."""
    totals: dict[str, int] = {}
    for part in parts:
        totals[part.task] = totals.get(part.task, 0) + part.samples
    tasks = list(totals)
    outer = parts if len({part.name for part in parts}) > 1 else []
    data = {
        "type": "sunburst",
        "branchvalues": "total",
        "ids": [*(f"t{number}" for number in range(len(tasks))), *(f"p{number}" for number in range(len(outer)))],
        "labels": [*(_short(task, 28) for task in tasks), *(_short(part.name, 28) for part in outer)],
        "parents": [*("" for _ in tasks), *(f"t{tasks.index(part.task)}" for part in outer)],
        "values": [*totals.values(), *(part.samples for part in outer)],
        "hovertemplate": "%{label}<br>%{value:,} samples, %{percentRoot:.1%} of all<extra></extra>",
        "insidetextorientation": "radial",
        "leaf": {"opacity": 0.75},
    }
    return {"data": [data], "layout": _layout(440, left=10)}


def correlations(correlations_found: Correlations) -> Figure:
    """r of every indicator against every score, with its value and stars."""
    pairs = {(pair.indicator, pair.score): pair for pair in correlations_found.pairs}
    grid = [[pairs[name, score] for score in correlations_found.scores] for name in correlations_found.indicators]
    labels = (
        [_text(score) for score in correlations_found.scores],
        [_text(name) for name in correlations_found.indicators],
    )
    body = _heatmap([[pair.r for pair in row] for row in grid], *labels)
    body |= {
        "text": [["–" if pair.r is None else f"{pair.r:.2f}{pair.stars}" for pair in row] for row in grid],
        "customdata": [[_p_values(pair) for pair in row] for row in grid],
        "hovertemplate": "%{y} and %{x}<br>r %{z:.3f}, %{customdata}<extra></extra>",
        "colorscale": _DIVERGING, "zmin": -1, "zmax": 1, "colorbar": {"title": {"text": "r"}, "thickness": 12},
    }  # fmt: skip
    return {"data": [body], "layout": _layout(60 + 32 * len(correlations_found.indicators), left=80)}


def _p_values(pair: Correlation) -> str:
    if pair.p is None or pair.p_holm is None or pair.p_bh is None:
        return "p –"
    return f"p {pair.p:.2g}, for all pairs {pair.p_holm:.2g} (Holm), {pair.p_bh:.2g} (Benjamini-Hochberg)"


_GRID = "rgba(128,140,135,0.35)"


def _heatmap(values: list[list[float | None]], columns: list[str], rows: list[str]) -> Figure:
    return {
        "type": "heatmap", "z": values, "x": columns, "y": rows, "texttemplate": "%{text}", "textfont": {"color": _INK},
        "xgap": 2, "ygap": 2,
    }  # fmt: skip


def _layout(height: int, left: int = 60) -> Figure:
    return {
        "height": height,
        "margin": {"l": left, "r": 20, "t": 36, "b": 10 if left > 60 else 46},
        "colorway": _COLOURS,
        "legend": {"orientation": "v"},
        "showlegend": True,
        "yaxis": {"autorange": "reversed", "automargin": True},
        "xaxis": {"side": "top"} if left > 60 else {},
    }


def _line(profile: Profile, position: int, axes: Sequence[str]) -> Figure:
    """What lines of both kinds share: a set is told by colour, dash and mark."""
    numbers = [tables.number(value) for value in profile.values]
    return {
        "mode": "lines+markers", "name": _short(profile.name), "text": [*numbers, numbers[0]] if axes else [],
        "line": {"dash": _DASHES[position % len(_DASHES)], "width": 2},
        "marker": {"symbol": _SYMBOLS[position % len(_SYMBOLS)], "size": 8},
        "hovertemplate": f"{_text(profile.name)}<br>%{{theta}}%{{x}}: %{{text}}<extra></extra>",
    }  # fmt: skip


def _labels(lines: Sequence[Line], names: Sequence[str]) -> list[str]:
    rows = [lines[0].by_name[name] for name in names]
    return [f"{_text(row.abbreviation)}{'↓' if row.better == 'low' else ''}" for row in rows]


def _short(name: str, most: int = 34) -> str:
    return _text(name if len(name) <= most else f"{name[: most - 1]}…")


def _text(name: str) -> str:
    """Words from data: Plotly reads tags and templates in labels."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")
