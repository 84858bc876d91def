"""Finds pairs that are alike without comparing all with all: perceptual hashes, vectors, texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import numpy as np

from scoring.arrays import Bits, Numbers, Vectors

HASH_BITS = 64
LARGEST_BUCKET = 4_000
BRUTE_FORCE = 20_000
NEIGHBOURS = 10
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
    """Finds hashes that differ in few bits.

    Cut into one band more than bits may differ, two such hashes agree in a whole band; only those that do are
    compared.

    Args:
        hashes: 64-bit hashes (N,).
        max_bits: The most bits that may differ.

    Yields:
        Pairs of indices; a pair may come more than once.
    """
    edges = np.linspace(0, HASH_BITS, max_bits + 2).astype(int)
    for low, high in itertools.pairwise(edges.tolist()):
        band = (hashes >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.diff(band[order], prepend=band[order][:1] + np.uint64(1)))
        for bucket in np.split(order, starts[1:]):
            yield from _close(hashes, bucket[:LARGEST_BUCKET], max_bits)


def _close(hashes: Bits, bucket: Numbers, max_bits: int) -> Iterator[Pair]:
    if len(bucket) < 2:
        return
    apart = np.bitwise_count(hashes[bucket][:, None] ^ hashes[bucket][None, :])
    for row, column in np.argwhere(np.triu(apart <= max_bits, 1)).tolist():
        yield int(bucket[row]), int(bucket[column])


def vector_pairs(vectors: Vectors, cosine: float) -> Iterator[Pair]:
    """Finds vectors with a high cosine; among very many, each one's nearest neighbours only.

    Args:
        vectors: (N, D), of any length.
        cosine: The least cosine.

    Yields:
        Pairs of indices.
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    if len(unit) > BRUTE_FORCE:
        yield from _neighbour_pairs(unit, cosine)
        return
    for start in range(0, len(unit), 1000):
        near = unit[start : start + 1000] @ unit.T >= cosine
        for row, column in np.argwhere(near).tolist():
            if start + row < column:
                yield start + row, column


def _neighbour_pairs(unit: Vectors, cosine: float) -> Iterator[Pair]:
    from pynndescent import NNDescent

    near, distance = NNDescent(unit, metric="cosine", n_neighbors=NEIGHBOURS, random_state=0).neighbor_graph
    for row, rank in np.argwhere(distance <= 1.0 - cosine).tolist():
        neighbour = int(near[row, rank])
        if row < neighbour:
            yield row, neighbour


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
