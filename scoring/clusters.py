"""Density-based clusters of unit vectors, counted with one radius for all compared sets (DBSCAN).

DBSCAN: Ester et al., 1996; Schubert et al., 2017 (https://doi.org/10.1145/3068335), as in Li et al., TMLR 2024, section
3.3.3, which leaves radius and smallest cluster open. Here k is 3, clusters have at least three members, and the radius
is the one at which a draw from the whole workspace falls apart best: the share of vectors that are in a cluster times
the number of clusters that their sizes amount to (e to the entropy). A smaller one leaves nearly everything alone, a
larger one joins nearly everything into one cluster beside a few outliers. Equal vectors count once: a text that is
repeated adds no kind.
"""

from __future__ import annotations

import numpy as np

from scoring import indicator
from scoring.arrays import Floats, Numbers, Vectors
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

NEIGHBOURS = 3
RADII = np.linspace(0.05, 0.9, 18)
"""Quantiles of the distances to the k-th neighbour that are tried as the radius."""


def radius(vectors: Vectors, neighbours: int) -> float | None:
    """Finds the radius at which different vectors fall apart best, as the module describes.

    Args:
        vectors: (N, D); those of length 0 are left out.
        neighbours: k.

    Returns:
        A distance, the smallest of equally good ones; None for fewer than k + 2 different vectors.
    """
    different = _different(vectors)
    distances = _kth_distances(different, neighbours)
    if not len(distances):
        return None
    candidates = np.unique(np.quantile(distances, RADII))
    return float(max(candidates.tolist(), key=lambda near: _apart(_labels(different, near, neighbours))))


def count(vectors: Vectors, near: float, neighbours: int) -> tuple[int, int]:
    """Counts the clusters of different vectors; those of length 0 stand for nothing and are left out.

    Args:
        vectors: (N, D).
        near: The radius of DBSCAN.
        neighbours: How many different vectors within the radius make a cluster's core.

    Returns:
        The number of clusters, and of different vectors that are in none.
    """
    labels = _labels(_different(vectors), near, neighbours)
    return int(labels.max(initial=-1)) + 1, int(np.count_nonzero(labels < 0))


def of_subset(declared: Indicator, subset: Subset, params: Params) -> IndicatorValue:
    """Counts the clusters by the first of the indicator's vectors that the subset has.

    Args:
        declared: The indicator, with the features it may use, the preferred one first.
        subset: The samples.
        params: Has `neighbours`.

    Returns:
        The number of clusters; None where there are no vectors or no radius.
    """
    source = indicator.first_embedded(declared, subset)
    if source is None:
        return indicator.missing(declared.needs_vectors)
    near = subset.near(source, params["neighbours"])
    if near is None:
        return IndicatorValue(None, f"not computed: too few different {source} for a radius")
    vectors = subset.vectors(source)
    cluster_count, alone = count(vectors, near, params["neighbours"])
    return IndicatorValue(
        float(cluster_count),
        f"from {source}; radius {near:.3f}, {alone:,} different ones in no cluster",
        len(vectors),
        source,
    )


def _labels(different: Vectors, near: float, neighbours: int) -> Numbers:
    """The cluster of each vector, -1 for none."""
    from sklearn.cluster import DBSCAN

    if not len(different) or near <= 0:
        return np.full(len(different), -1, dtype=np.int64)
    labels: Numbers = DBSCAN(eps=near, min_samples=neighbours, n_jobs=1).fit_predict(different).astype(np.int64)
    return labels


def _apart(labels: Numbers) -> float:
    """Share of vectors in a cluster times the number of clusters that their sizes amount to."""
    sizes = np.bincount(labels[labels >= 0])
    shares = sizes / max(sizes.sum(), 1)
    return float(sizes.sum() / len(labels) * np.exp(-(shares * np.log(shares)).sum())) if len(sizes) else 0.0


def _different(vectors: Vectors) -> Vectors:
    if not len(vectors):
        return vectors
    different: Vectors = np.unique(vectors[np.linalg.norm(vectors, axis=1) > 0], axis=0)
    return different


def _kth_distances(different: Vectors, neighbours: int) -> Floats:
    """Ascending; empty for too few vectors."""
    from sklearn.neighbors import NearestNeighbors

    if len(different) < neighbours + 2:
        return np.empty(0)
    near = NearestNeighbors(n_neighbors=neighbours + 1, algorithm="brute").fit(different)
    distances: Floats = np.sort(near.kneighbors(different)[0][:, -1].astype(np.float64))
    return distances
