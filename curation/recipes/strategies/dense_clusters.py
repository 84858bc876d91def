"""More samples from clusters that are like others and whose members differ, fewer from dense ones (COINCIDE).

Lee et al., 2024, EMNLP (https://arxiv.org/abs/2406.10995): a cluster's share is proportional to exp(S / (T D)), S the
mean cosine of its centre with those of the others (transferability), D the mean Gaussian kernel of its members
(density); in a cluster, samples are taken one by one so that their mean kernel stays nearest to that of all (the
smallest MMD). Here on stored vectors instead of a reference model's activations; T is ours.
"""

from __future__ import annotations

import numpy as np

from curation.recipes import vector_parts
from curation.recipes.strategies.contract import Candidates, Strategy
from scoring.arrays import Floats, Numbers, Vectors

MEMBERS = 60
"""Samples of a cluster in the mean; the paper has 665,000 in 10,000 clusters."""
TEMPERATURE = 0.1
_ROUNDS = 10


def choose(candidates: Candidates, count: int) -> Numbers:
    """Chooses preferred ones first, then by the shares of clusters.

    Args:
        candidates: The samples with their vectors; those without are drawn as one more cluster of mean share.
        count: How many to choose.

    Returns:
        Indices, ascending.
    """
    vectors = candidates.vectors
    if vectors is None or np.count_nonzero(candidates.preferred) >= count:
        return vector_parts.choose(candidates, count, _herded)
    has_vector = np.linalg.norm(vectors, axis=1) > 0
    clusters: list[Numbers] = _clusters(vectors, np.flatnonzero(has_vector))
    weights = _weights(vectors, clusters)
    if not has_vector.all():
        clusters = [*clusters, np.flatnonzero(~has_vector)]
        weights = np.append(weights, weights.mean() if len(weights) else 1.0)
    preferred = np.flatnonzero(candidates.preferred)
    open_ones = np.array([np.count_nonzero(~candidates.preferred[cluster]) for cluster in clusters])
    amounts = vector_parts.shared(count - len(preferred), weights, open_ones)
    choices: list[Numbers] = [preferred]
    for cluster, amount in zip(clusters, amounts.tolist(), strict=True):
        if amount:
            members = candidates.only(cluster)
            choices.append(cluster[_herded(members, np.flatnonzero(members.preferred), amount)])
    return np.sort(np.concatenate(choices))


def _clusters(vectors: Vectors, has_vector: Numbers) -> list[Numbers]:
    """Spherical k-means in parts of like vectors."""
    clusters: list[Numbers] = []
    for part in vector_parts.halved(vectors[has_vector]) if len(has_vector) else []:
        members = has_vector[part]
        labels = _spherical(vectors[members], max(1, len(members) // MEMBERS))
        clusters += [members[labels == label] for label in np.unique(labels)]
    return clusters


def _spherical(vectors: Vectors, count: int) -> Numbers:
    """The cluster of each unit vector: k-means by cosine from evenly spread starts."""
    order = np.argsort(vectors @ vectors.mean(axis=0), kind="stable")
    centres = vectors[order[np.linspace(0, len(vectors) - 1, count).astype(np.int64)]]
    labels = np.zeros(len(vectors), dtype=np.int64)
    for _ in range(_ROUNDS):
        labels = (vectors @ centres.T).argmax(axis=1)
        sums = (labels[:, None] == np.arange(len(centres))).T.astype(np.float32) @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres)
    return labels


def _weights(vectors: Vectors, clusters: list[Numbers]) -> Floats:
    """exp(S / (T D)) of each cluster, the largest one 1."""
    if not clusters:
        return np.empty(0)
    centres = np.stack([vectors[cluster].mean(axis=0) for cluster in clusters])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    others = max(len(clusters) - 1, 1)
    transfer = (centres @ centres.sum(axis=0) - 1.0) / others
    density = np.array([_density(vectors[cluster]) for cluster in clusters])
    exponents = transfer / (TEMPERATURE * density)
    return np.asarray(np.exp(exponents - exponents.max()), dtype=np.float64)


def _density(members: Vectors) -> float:
    """Mean Gaussian kernel of the pairs of different members; 1 for a single one."""
    count = len(members)
    return float((_kernel(members).sum() - count) / (count * (count - 1))) if count > 1 else 1.0


def _kernel(members: Vectors) -> Vectors:
    return np.asarray(np.exp(2.0 * np.minimum(members @ members.T, 1.0) - 2.0), dtype=np.float32)


def _herded(candidates: Candidates, chosen_before: Numbers, amount: int) -> Numbers:
    """Those whose mean kernel follows that of all, one after the other."""
    assert candidates.vectors is not None
    if not candidates.vectors.any():
        return np.lexsort((candidates.drawn, candidates.preferred))[:amount]
    kernel = _kernel(candidates.vectors)
    target, sums = kernel.mean(axis=0), kernel[chosen_before].sum(axis=0)
    free = np.ones(len(kernel), dtype=bool)
    free[chosen_before] = False
    order = np.argsort(candidates.drawn, kind="stable")
    picked: list[int] = []
    for number in range(len(chosen_before), len(chosen_before) + amount):
        value = np.where(free, target - sums / (number + 1), -np.inf)[order]
        index = int(order[value.argmax()])
        picked.append(index)
        free[index] = False
        sums = sums + kernel[index]
    return np.array(picked, dtype=np.int64)


STRATEGY = Strategy(
    name="dense_clusters",
    title="Clusters by density and transfer",
    about="More from clusters that are like others and whose members differ, by a map's vectors (COINCIDE).",
    words="by the density and transferability of clusters (COINCIDE) in the vectors of the map",
    needs="vectors",
    choose=choose,
)
