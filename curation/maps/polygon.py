"""Which points lie inside a polygon that a person drew; vectorised, so that a million points take a moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Floats, Mask

MOST_CORNERS = 200
"""Corners beyond these are ignored: the browser sends at most 60, an address may hold anything."""

Polygon = Sequence[tuple[float, float]]


def inside(x: NDArray[np.floating], y: NDArray[np.floating], polygon: Polygon) -> Mask:
    """Tells which points lie inside a closed polygon, by the even-odd rule.

    Args:
        x: (N,).
        y: (N,).
        polygon: Corners as (x, y); fewer than 3 hold no point.

    Returns:
        True for each point inside.
    """
    inside = np.zeros(len(x), dtype=bool)
    corners = np.asarray(polygon[:MOST_CORNERS], dtype=np.float64).reshape(-1, 2)
    if len(corners) < 3 or not np.isfinite(corners).all():
        return inside
    (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))
    inside[near] = _crossings(x[near].astype(np.float64), y[near].astype(np.float64), corners)
    return inside


def _crossings(x: NDArray[np.floating], y: NDArray[np.floating], corners: Floats) -> Mask:
    """True where a ray to the right crosses the outline an odd number of times."""
    odd = np.zeros(len(x), dtype=bool)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            spans = (y1 > y) != (y2 > y)
            odd ^= spans & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    return odd
