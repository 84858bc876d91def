"""A small distribution as an inline picture: what there is, what remains, and where the cut lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import quote

HIGH = 32.0
ALL, KEPT, CUT = "#8a9691", "#1a9486", "#d64535"
"""Colours that can be read on light and dark paper; a picture cannot ask for the theme's."""


def html(
    counts: Sequence[int],
    remaining: Sequence[int],
    edges: tuple[float, float],
    scale: tuple[float, float],
    cuts: Sequence[float],
) -> str:
    """Bars over `scale`; heights are square roots, so that thin tails can be seen."""
    top = math.sqrt(max(*counts, 1))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {HIGH:g}" preserveAspectRatio="none">'
        f'<path fill="{ALL}" fill-opacity="0.45" d="{_bars(counts, edges, scale, top)}"/>'
        f'<path fill="{KEPT}" d="{_bars(remaining, edges, scale, top)}"/>'
        f"{''.join(_line(cut, scale) for cut in cuts)}</svg>"
    )
    return f'<img class="w-hist" alt="" src="data:image/svg+xml,{quote(svg)}">'


def _bars(counts: Sequence[int], edges: tuple[float, float], scale: tuple[float, float], top: float) -> str:
    left, right = _place(edges[0], scale), _place(edges[1], scale)
    width = (right - left) / max(len(counts), 1)
    parts = []
    for place, count in enumerate(counts):
        if count:
            height = max(HIGH * math.sqrt(count) / top, 1.2)
            x = left + place * width
            parts.append(f"M{x:.1f} {HIGH:g}v-{height:.1f}h{width * 0.88:.1f}v{height:.1f}z")
    return "".join(parts)


def _line(cut: float, scale: tuple[float, float]) -> str:
    return f'<rect x="{_place(cut, scale) - 2:.1f}" width="4" height="{HIGH:g}" fill="{CUT}"/>'


def _place(value: float, scale: tuple[float, float]) -> float:
    return 1000 * (value - scale[0]) / ((scale[1] - scale[0]) or 1)
