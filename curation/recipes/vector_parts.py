"""Parts of a set of vectors that are small enough to compare all with all, and how many each of them gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from curation.recipes.strategies.contract import Candidates
from scoring.arrays import Floats, Numbers, Vectors

MOST = 1_000
"""Vectors of a part; choosing greedily part by part costs little where parts are of like samples (Mirzasoleiman et al.,
2013, NeurIPS, "Distributed submodular maximization")."""

Pick: TypeAlias = Callable[[Candidates, Numbers, int], Numbers]
"""Picks so many of the candidates (with vectors) beside those of the given indices; gives their indices."""


def halved(vectors: Vectors, most: int = MOST) -> list[Numbers]:
    """Parts vectors by halves, each time along the line between two that are far apart.

    Args:
        vectors: (N, D).
        most: The most vectors of a part.

    Returns:
        The indices of each part; like vectors are mostly together.
    """
    parts: list[Numbers] = []
    waiting: list[Numbers] = [np.arange(len(vectors))]
    while waiting:
        members = waiting.pop()
        if len(members) <= most:
            parts.append(members)
            continue
        part_candidates = vectors[members]
        first = int(((part_candidates - part_candidates.mean(axis=0)) ** 2).sum(axis=1).argmax())
        other = int(((part_candidates - part_candidates[first]) ** 2).sum(axis=1).argmax())
        order = np.argsort(part_candidates @ (part_candidates[first] - part_candidates[other]), kind="stable")
        waiting += [members[order[len(order) // 2 :]], members[order[: len(order) // 2]]]
    return parts


def shared(count: int, weights: Floats, available: Numbers) -> Numbers:
    """Shares out a number by weights; what a part lacks, the others give.

    Args:
        count: How many in all, at most the sum of `available`.
        weights: Weight of each part, not negative.
        available: How many each part has.

    Returns:
        How many each part gives.
    """
    shares = np.zeros(len(weights), dtype=np.int64)
    while (left := count - int(shares.sum())) > 0:
        room = available - shares
        share = np.where(room > 0, np.maximum(weights, 1e-12), 0.0)
        exact = np.minimum(left * share / share.sum(), room)
        whole_shares = np.floor(exact).astype(np.int64)
        if not whole_shares.any():  # fewer are left than parts: the largest fractions get one each
            whole_shares[np.argsort(-exact, kind="stable")[:left]] = 1
            whole_shares = np.minimum(whole_shares, room)
        shares += whole_shares
    return shares


def choose(candidates: Candidates, count: int, pick: Pick) -> Numbers:
    """Chooses preferred ones first, then by `pick` in every part as many as its share.

    Args:
        candidates: The samples; those without a vector are a part of their own, which is drawn from.
        count: How many to choose.
        pick: Chooses in a part.

    Returns:
        Indices, ascending.
    """
    preferred = np.flatnonzero(candidates.preferred)
    if len(preferred) >= count:
        if len(preferred) == count:
            return preferred
        among = candidates.only(preferred)
        nobody = Candidates(among.drawn, np.zeros(len(preferred), dtype=bool), None, among.vectors, among.information)
        return preferred[choose(nobody, count, pick)]
    vectors = candidates.vectors
    if vectors is None:
        return np.sort(np.lexsort((candidates.drawn, ~candidates.preferred))[:count])
    has_vector = np.linalg.norm(vectors, axis=1) > 0
    with_vector = np.flatnonzero(has_vector)
    parts = [with_vector[part] for part in halved(vectors[with_vector])] if len(with_vector) else []
    if len(with_vector) < len(vectors):
        parts.append(np.flatnonzero(~has_vector))
    open_ones = np.array([np.count_nonzero(~candidates.preferred[part]) for part in parts])
    amounts = shared(count - len(preferred), open_ones.astype(np.float64), open_ones)
    choices: list[Numbers] = [preferred]
    for part, amount in zip(parts, amounts.tolist(), strict=True):
        if amount:
            part_candidates = candidates.only(part)
            choices.append(part[_picked(part_candidates, amount, pick)])
    return np.sort(np.concatenate(choices))


def _picked(candidates: Candidates, amount: int, pick: Pick) -> Numbers:
    chosen_before = np.flatnonzero(candidates.preferred)
    assert candidates.vectors is not None
    if not candidates.vectors.any():
        return np.lexsort((candidates.drawn, candidates.preferred))[:amount]
    return pick(candidates, chosen_before, amount)
