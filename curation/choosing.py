"""Which samples of a cell are taken: at random, or spread over a map so that they differ; approved ones first."""

from __future__ import annotations

import hashlib
import math

import numpy as np


def choose(
    keys: list[str], preferred: np.ndarray, count: int, seed: int, places: np.ndarray | None = None
) -> np.ndarray:
    """Places of `count` keys: preferred ones first, then by a draw that depends on key and seed only.

    With `places` (N, 2; NaN for none), keys are spread: every occupied square of a grid gives one before any gives two.
    """
    draw = np.array([_draw(key, seed) for key in keys], dtype=np.uint64)
    order = np.lexsort((draw, ~preferred))
    if places is not None and count < len(keys):
        turn = _turns(_squares(places, count), order)
        order = np.lexsort((draw, turn, ~preferred))
    return np.sort(order[:count])


def coverage(places: np.ndarray, chosen: np.ndarray, count: int) -> float:
    """Share of the occupied squares of a grid, fit for `count` points, in which a chosen point lies."""
    squares = _squares(places, count)
    return len(np.unique(squares[chosen])) / max(len(np.unique(squares)), 1)


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
        if len(np.unique(squares)) >= min(count, 0.9 * len(places)):
            break
        side = math.ceil(side * 1.4)
    return squares


def _turns(squares: np.ndarray, order: np.ndarray) -> np.ndarray:
    """When each point's square gives it: 0 for the first of the square in this order, then 1, 2, ..."""
    sorted_squares = squares[order]
    grouped = np.argsort(sorted_squares, kind="stable")
    _, starts, counts = np.unique(sorted_squares[grouped], return_index=True, return_counts=True)
    ranks = np.arange(len(order)) - np.repeat(starts, counts)
    found = np.empty(len(order), dtype=np.int64)
    found[order[grouped]] = ranks
    return found


def _draw(key: str, seed: int) -> int:
    digest = hashlib.blake2b(f"{seed}|{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
