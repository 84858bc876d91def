"""Finds pairs that are alike without comparing all with all: perceptual hashes, vectors, texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import numpy as np

from scoring.arrays import Bits, Vectors

TILE = 8_000_000
"""Comparisons that are held in memory at once."""
PERMUTATIONS = 64
SHINGLE = 3

Pair = tuple[int, int]


class Groups:
    """Sets that grow together (union-find); a set is named by its smallest member."""

    def __init__(self, members: Iterable[int]) -> None:
        self._parent = {member: member for member in members}

    def join(self, member: int, other: int) -> None:
        """Makes one set of the two members' sets.

        Args:
            member: Any member.
            other: Any member, of the same set or another.
        """
        low, high = sorted((self.root(member), self.root(other)))
        self._parent[high] = low

    def root(self, member: int) -> int:
        """The name of the member's set."""
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def sets(self) -> dict[int, list[int]]:
        """Members by set, in order."""
        members_by_set: dict[int, list[int]] = {}
        for member in self._parent:
            members_by_set.setdefault(self.root(member), []).append(member)
        return members_by_set


def hash_pairs(hashes: Bits, max_bits: int) -> Iterator[Pair]:
    """Finds hashes that differ in few bits, by comparing all with all.

    Args:
        hashes: 64-bit hashes (N,).
        max_bits: The most bits that may differ.

    Yields:
        Pairs of indices, the smaller one first.
    """
    for start, stop in _tiles(len(hashes)):
        apart = np.bitwise_count(hashes[start:stop, None] ^ hashes[None, start:])
        for row, column in np.argwhere(apart <= max_bits).tolist():
            if row < column:
                yield start + row, start + column


def nearest_pairs(unit: Vectors, cosine: float, nearest: int) -> Iterator[Pair]:
    """Finds vectors with a high cosine, each with the nearest of them, by comparing all with all.

    Args:
        unit: (N, D), of length 1 or 0.
        cosine: The least cosine.
        nearest: How many each is paired with at most.

    Yields:
        Pairs of indices, the smaller one first; a pair may come twice.
    """
    for start, stop in _tiles(len(unit)):
        cosines = unit[start:stop] @ unit.T
        cosines[np.arange(stop - start), np.arange(start, stop)] = -1.0
        for row, others in enumerate(cosines >= cosine):
            near = np.flatnonzero(others)
            if len(near) > nearest:
                near = near[np.argsort(-cosines[row, near], kind="stable")[:nearest]]
            for other in near.tolist():
                yield min(start + row, other), max(start + row, other)


def _tiles(count: int) -> Iterator[tuple[int, int]]:
    """Rows that are compared with all others at once, in bounded memory."""
    rows = max(1, TILE // max(count, 1))
    for start in range(0, count, rows):
        yield start, min(start + rows, count)


def text_pairs(texts: Sequence[Sequence[str]], similarity: float) -> Iterator[Pair]:
    """Finds texts whose runs of three words overlap (Jaccard), by MinHash LSH.

    Broder, 1997, https://doi.org/10.1109/SEQUEN.1997.666900; a pair near the limit may be missed.

    Args:
        texts: Each as its words.
        similarity: About the least overlap, 0 to 1.

    Yields:
        Pairs of indices, the smaller one first.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=similarity, num_perm=PERMUTATIONS)
    for number, words in enumerate(texts):
        sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
        sketch.update_batch([" ".join(run).encode() for run in _runs(words)])
        for other in index.query(sketch):
            yield cast(int, other), number
        index.insert(number, sketch)


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}
