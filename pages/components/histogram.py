"""A small distribution as inline SVG: what there is, what remains, and where the cut lies."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pages.components import markup

HIGH = 40.0


def svg(
    counts: Sequence[int],
    remaining: Sequence[int],
    edges: tuple[float, float],
    scale: tuple[float, float],
    cuts: Sequence[float],
) -> str:
    """Bars over `scale`; heights are square roots, so that thin tails can be seen."""
    top = math.sqrt(max(*counts, 1))
    return (
        f'<svg class="w-hist" viewBox="0 0 1000 {HIGH:g}" preserveAspectRatio="none">'
        f'<path class="w-out" d="{_bars(counts, edges, scale, top)}"></path>'
        f'<path class="w-in" d="{_bars(remaining, edges, scale, top)}"></path>'
        f"{''.join(_line(cut, scale) for cut in cuts)}</svg>"
    )


def _bars(counts: Sequence[int], edges: tuple[float, float], scale: tuple[float, float], top: float) -> str:
    left, right = _place(edges[0], scale), _place(edges[1], scale)
    width = (right - left) / max(len(counts), 1)
    parts = []
    for place, count in enumerate(counts):
        if count:
            height = max(HIGH * math.sqrt(count) / top, 1.2)
            x = left + place * width
            parts.append(f"M{x:.1f} {HIGH:g}v-{height:.1f}h{width * 0.88:.1f}v{height:.1f}z")
    return markup.safe("".join(parts))


def _line(cut: float, scale: tuple[float, float]) -> str:
    x = _place(cut, scale)
    return f'<path class="w-cut" d="M{x:.1f} 0V{HIGH:g}"></path>'


def _place(value: float, scale: tuple[float, float]) -> float:
    return 1000 * (value - scale[0]) / ((scale[1] - scale[0]) or 1)
