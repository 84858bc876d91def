"""Samples that stand for all others: for every sample, one that goes out is as like it as can be."""

from __future__ import annotations

import heapq

import numpy as np

from curation.recipes import vector_parts
from curation.recipes.strategies.contract import Candidates, Strategy
from scoring.arrays import Numbers


def choose(candidates: Candidates, count: int) -> Numbers:
    """Chooses preferred ones first, then greedily those that raise the sum of the greatest cosines most.

    The lazy greedy choice of facility location (Nemhauser et al., 1978; Minoux, 1978), in parts of like samples.

    Args:
        candidates: The samples with their vectors.
        count: How many to choose.

    Returns:
        Indices, ascending.
    """
    return vector_parts.choose(candidates, count, _pick)


def _pick(candidates: Candidates, chosen_before: Numbers, amount: int) -> Numbers:
    assert candidates.vectors is not None
    likeness = np.maximum(candidates.vectors @ candidates.vectors.T, 0.0)
    covered = (
        likeness[chosen_before].max(axis=0) if len(chosen_before) else np.zeros(len(likeness), dtype=likeness.dtype)
    )
    ties = np.argsort(np.argsort(candidates.drawn, kind="stable"), kind="stable").tolist()
    gains = np.maximum(likeness - covered, 0.0).sum(axis=1)
    is_taken = np.zeros(len(likeness), dtype=bool)
    is_taken[chosen_before] = True
    waiting = [(-gain, ties[index], index) for index, gain in enumerate(gains.tolist()) if not is_taken[index]]
    heapq.heapify(waiting)
    picked: list[int] = []
    while len(picked) < amount:
        _, tie, index = heapq.heappop(waiting)
        gain = float(np.maximum(likeness[index] - covered, 0.0).sum())
        if waiting and (-gain, tie) > waiting[0][:2]:  # gains only fall: what was the best may not be any more
            heapq.heappush(waiting, (-gain, tie, index))
            continue
        picked.append(index)
        np.maximum(covered, likeness[index], out=covered)
    return np.array(picked, dtype=np.int64)


STRATEGY = Strategy(
    name="facility_location",
    title="Stand for all others",
    about="For every sample, one that goes out is as like it as can be, by a map's vectors (facility location).",
    words="so that every other sample has one like it, by the vectors of the map",
    needs="vectors",
    choose=choose,
)
