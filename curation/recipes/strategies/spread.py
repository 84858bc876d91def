"""Samples that spread over a map: every occupied square of a grid gives one before any gives two."""

from __future__ import annotations

import math

import numpy as np

from curation.recipes.strategies import at_random
from curation.recipes.strategies.contract import Candidates, Strategy
from scoring.arrays import Floats, Mask, Numbers


def choose(candidates: Candidates, count: int) -> Numbers:
    """Chooses preferred ones first, then so that they spread over the map.

    Args:
        candidates: The samples; without places on a map they are drawn.
        count: How many to choose.

    Returns:
        Indices, ascending.
    """
    if candidates.positions is None or count >= len(candidates.drawn):
        return at_random.choose(candidates, count)
    order = np.lexsort((candidates.drawn, ~candidates.preferred))
    turn = _turns(_squares(candidates.positions, count), order)
    return np.sort(np.lexsort((candidates.drawn, turn, ~candidates.preferred))[:count])


STRATEGY = Strategy(
    name="spread",
    title="Spread over a map",
    about="Every part of the map gives one before any gives two, so that samples differ.",
    words="so that they spread over the map",
    needs="map",
    choose=choose,
)


def coverage(positions: Floats, count: int, *choices: Mask) -> list[float]:
    """Measures how much of the map choices of samples cover.

    Args:
        positions: Coordinates, (N, 2), NaN for none.
        count: Points that the grid is made for.
        choices: Arrays that are True for the samples chosen.

    Returns:
        Per choice, the share (0 to 1) of the grid's occupied squares in which a chosen point lies.
    """
    squares = _squares(positions, count)
    return [_occupied(squares[selected]) / max(_occupied(squares), 1) for selected in choices]


def _squares(positions: Floats, count: int) -> Numbers:
    """The square of each point on a grid with about as many occupied squares as points are wanted."""
    on_map = ~np.isnan(positions).any(axis=1)
    if not on_map.any():
        return np.zeros(len(positions), dtype=np.int64)
    low, high = positions[on_map].min(axis=0), positions[on_map].max(axis=0)
    shares = (positions - low) / np.where(high > low, high - low, 1)
    side = max(1, math.isqrt(count))
    for _ in range(8):  # a finer grid as long as points share squares
        cells = np.minimum((np.nan_to_num(shares) * side).astype(np.int64), side - 1)
        squares = np.where(on_map, cells[:, 0] * side + cells[:, 1], -1)
        if _occupied(squares) >= min(count, 0.9 * len(positions)):
            break
        side = math.ceil(side * 1.4)
    return squares


def _occupied(squares: Numbers) -> int:
    """How many different squares there are; -1 is one too."""
    return int(np.count_nonzero(np.bincount(squares + 1)))


def _turns(squares: Numbers, order: Numbers) -> Numbers:
    """When each point's square gives it: 0 for the first of the square in this order, then 1, 2, ..."""
    sorted_squares = squares[order]
    grouped = np.argsort(sorted_squares, kind="stable")
    _, starts, counts = np.unique(sorted_squares[grouped], return_index=True, return_counts=True)
    ranks = np.arange(len(order)) - np.repeat(starts, counts)
    turns = np.empty(len(order), dtype=np.int64)
    turns[order[grouped]] = ranks
    return turns
