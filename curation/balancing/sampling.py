"""Which samples of a cell are taken: at random, or spread over a map so that they differ; approved ones first."""

from __future__ import annotations

import hashlib
import math
import weakref
from collections.abc import Iterable

import numpy as np
import polars as pl

from scoring.arrays import Bits, Floats, Mask, Numbers

_cached: list[tuple[weakref.ref[pl.DataFrame], Bits]] = []


def identities(keys: Iterable[str]) -> Bits:
    """A number per key, uint64, the same everywhere and always."""
    parts = [hashlib.blake2b(key.encode(), digest_size=8).digest() for key in keys]
    return np.frombuffer(b"".join(parts), dtype="<u8").astype(np.uint64)


def identities_of(samples: pl.DataFrame) -> Bits:
    """Those of the samples' keys; kept for as long as the frame is, since they take a second for a million."""
    for frame, numbers in _cached:
        if frame() is samples:
            return numbers
    numbers = identities(samples["key"].to_list())
    _cached[:] = [(weakref.ref(samples), numbers)]
    return numbers


def draw(numbers: Bits, seed: int) -> Bits:
    """Draws an order of identities (splitmix64): every seed gives another order.

    Args:
        numbers: Identities, uint64.
        seed: Any whole number.

    Returns:
        A number per identity, uint64: the smaller it is, the earlier the identity comes.
    """
    mixed = numbers ^ _mix(np.array([seed % 2**64], dtype=np.uint64))
    return _mix(mixed)


def choose(drawn: Bits, preferred: Mask, count: int, positions: Floats | None = None) -> Numbers:
    """Chooses some of those drawn: preferred ones first, then by the draw.

    With positions they are spread: every occupied square of a grid gives one before any gives two.

    Args:
        drawn: Number per sample from `draw`.
        preferred: True for the samples that come first.
        count: How many to choose.
        positions: Coordinates, (N, 2), NaN for none; None to choose by the draw alone.

    Returns:
        Indices, ascending.
    """
    order = np.lexsort((drawn, ~preferred))
    if positions is not None and count < len(drawn):
        turn = _turns(_squares(positions, count), order)
        order = np.lexsort((drawn, turn, ~preferred))
    return np.sort(order[:count])


def choose_by_cell(drawn: Bits, preferred: Mask, cell_of: Numbers, amounts: Numbers) -> Mask:
    """Chooses of each cell as many samples as it gives: preferred ones first, then by the draw.

    Args:
        drawn: Number per sample from `draw`.
        preferred: True for the samples that come first.
        cell_of: Each sample's cell, -1 for none.
        amounts: How many samples each cell gives.

    Returns:
        True for the samples chosen.
    """
    order = np.lexsort((drawn, ~preferred, cell_of))
    order = order[np.count_nonzero(cell_of < 0) :]
    sizes = np.bincount(cell_of[order], minlength=len(amounts))
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    selected = np.zeros(len(cell_of), dtype=bool)
    selected[order[ranks < np.repeat(amounts, sizes)]] = True
    return selected


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


def _mix(numbers: Bits) -> Bits:
    """The finaliser of splitmix64."""
    state = numbers + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Bits = state ^ (state >> np.uint64(31))
    return mixed
