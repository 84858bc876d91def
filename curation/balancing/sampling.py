"""Which samples of a cell are taken: at random, or spread over a map so that they differ; approved ones first."""

from __future__ import annotations

import hashlib
import math
import weakref
from collections.abc import Iterable

import numpy as np
import polars as pl

_kept: list[tuple[weakref.ref[pl.DataFrame], np.ndarray]] = []


def identities(keys: Iterable[str]) -> np.ndarray:
    """A number per key, uint64, the same everywhere and always."""
    parts = [hashlib.blake2b(key.encode(), digest_size=8).digest() for key in keys]
    return np.frombuffer(b"".join(parts), dtype="<u8").astype(np.uint64)


def identities_of(samples: pl.DataFrame) -> np.ndarray:
    """Those of the samples' keys; kept for as long as the frame is, since they take a second for a million."""
    for frame, found in _kept:
        if frame() is samples:
            return found
    made = identities(samples["key"].to_list())
    _kept[:] = [(weakref.ref(samples), made)]
    return made


def draw(numbers: np.ndarray, seed: int) -> np.ndarray:
    """The place of each identity in the order of this seed (splitmix64): every seed gives another order."""
    mixed = numbers ^ _mix(np.array([seed % 2**64], dtype=np.uint64))
    return _mix(mixed)


def choose(drawn: np.ndarray, preferred: np.ndarray, count: int, places: np.ndarray | None = None) -> np.ndarray:
    """Places of `count` of those drawn, ascending: preferred ones first, then by the draw.

    With `places` (N, 2; NaN for none), they are spread: every occupied square of a grid gives one before any gives two.
    """
    order = np.lexsort((drawn, ~preferred))
    if places is not None and count < len(drawn):
        turn = _turns(_squares(places, count), order)
        order = np.lexsort((drawn, turn, ~preferred))
    return np.sort(order[:count])


def choose_by_cell(drawn: np.ndarray, preferred: np.ndarray, cell_of: np.ndarray, given: np.ndarray) -> np.ndarray:
    """True for the chosen: of each cell as many as it gives, preferred ones first, then by the draw; -1 is no cell."""
    order = np.lexsort((drawn, ~preferred, cell_of))
    order = order[np.count_nonzero(cell_of < 0) :]
    sizes = np.bincount(cell_of[order], minlength=len(given))
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen = np.zeros(len(cell_of), dtype=bool)
    chosen[order[ranks < np.repeat(given, sizes)]] = True
    return chosen


def coverage(places: np.ndarray, count: int, *choices: np.ndarray) -> list[float]:
    """Per choice, the share of the occupied squares of a grid, fit for `count` points, in which a chosen point lies."""
    squares = _squares(places, count)
    return [_occupied(squares[chosen]) / max(_occupied(squares), 1) for chosen in choices]


def _squares(places: np.ndarray, count: int) -> np.ndarray:
    """The square of each point on a grid with about as many occupied squares as points are wanted."""
    known = ~np.isnan(places).any(axis=1)
    if not known.any():
        return np.zeros(len(places), dtype=np.int64)
    low, high = places[known].min(axis=0), places[known].max(axis=0)
    shares = (places - low) / np.where(high > low, high - low, 1)
    side = max(1, math.isqrt(count))
    for _ in range(8):  # a finer grid as long as points share squares
        cells = np.minimum((np.nan_to_num(shares) * side).astype(np.int64), side - 1)
        squares = np.where(known, cells[:, 0] * side + cells[:, 1], -1)
        if _occupied(squares) >= min(count, 0.9 * len(places)):
            break
        side = math.ceil(side * 1.4)
    return squares


def _occupied(squares: np.ndarray) -> int:
    """How many different squares there are; -1 is one too."""
    return int(np.count_nonzero(np.bincount(squares + 1)))


def _turns(squares: np.ndarray, order: np.ndarray) -> np.ndarray:
    """When each point's square gives it: 0 for the first of the square in this order, then 1, 2, ..."""
    sorted_squares = squares[order]
    grouped = np.argsort(sorted_squares, kind="stable")
    _, starts, counts = np.unique(sorted_squares[grouped], return_index=True, return_counts=True)
    ranks = np.arange(len(order)) - np.repeat(starts, counts)
    found = np.empty(len(order), dtype=np.int64)
    found[order[grouped]] = ranks
    return found


def _mix(numbers: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64."""
    found = numbers + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = found ^ (found >> np.uint64(31))
    return mixed
