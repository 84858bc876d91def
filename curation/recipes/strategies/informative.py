"""Samples that say much, differ from their neighbours and are no outliers (after DataTailor).

Yu et al., 2024 (https://arxiv.org/abs/2412.06293) combine three values. Here, their ranks are multiplied, each from 0
to 1 among the candidates: information by the words of the responses (theirs needs a model's hidden states), uniqueness
by the distance to the nearest others, representativeness by the mean cosine with samples of the same part.
"""

from __future__ import annotations

import numpy as np

from curation.recipes import vector_parts
from curation.recipes.strategies.contract import Candidates, Strategy
from scoring.arrays import Floats, Numbers

NEIGHBOURS = 5


def choose(candidates: Candidates, count: int) -> Numbers:
    """Chooses preferred ones first, then those with the highest product of the three ranks.

    Args:
        candidates: The samples with their vectors; what is not known of a sample counts as the middle.
        count: How many to choose.

    Returns:
        Indices, ascending.
    """
    total = _ranks(candidates.information, len(candidates.drawn))
    vectors = candidates.vectors
    if vectors is not None:
        unique, typical = np.full(len(vectors), np.nan), np.full(len(vectors), np.nan)
        ranked = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 0)
        for part in vector_parts.halved(vectors[ranked]) if len(ranked) else []:
            members = ranked[part]
            if len(members) > 1:
                cosine = (vectors[members] @ vectors[members].T).astype(np.float64)
                typical[members] = (cosine.sum(axis=1) - 1.0) / (len(members) - 1)
                np.fill_diagonal(cosine, -np.inf)
                near = min(NEIGHBOURS, len(members) - 1)
                unique[members] = 1.0 - np.partition(cosine, -near, axis=1)[:, -near:].mean(axis=1)
        total *= _ranks(unique, len(vectors)) * _ranks(typical, len(vectors))
    return np.sort(np.lexsort((candidates.drawn, -total, ~candidates.preferred))[:count])


def _ranks(values: Floats | None, count: int) -> Floats:
    """Mean ranks from 0 to 1; 0.5 for what is not known."""
    ranks = np.full(count, 0.5)
    if values is None:
        return ranks
    ranked = np.flatnonzero(~np.isnan(values))
    if len(ranked) > 1:
        _, rank_of_value, sizes = np.unique(values[ranked], return_inverse=True, return_counts=True)
        middles = np.cumsum(sizes) - (sizes + 1) / 2
        ranks[ranked] = middles[rank_of_value] / (len(ranked) - 1)
    return ranks


STRATEGY = Strategy(
    name="informative",
    title="Informative, unique, typical",
    about="Responses that say much, unlike their neighbours, and no outliers, by a map's vectors (DataTailor).",
    words="by information, uniqueness and representativeness (after DataTailor) in the vectors of the map",
    needs="vectors",
    choose=choose,
)
