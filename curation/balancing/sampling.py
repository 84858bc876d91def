"""An order of samples that every seed draws anew, and how cells take the first of them; approved ones first."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Iterable

import numpy as np
import polars as pl

from scoring.arrays import Bits, Mask, Numbers

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


def _mix(numbers: Bits) -> Bits:
    """The finaliser of splitmix64."""
    state = numbers + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Bits = state ^ (state >> np.uint64(31))
    return mixed
