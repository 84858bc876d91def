"""Density-based clusters of unit vectors, counted with one radius for all compared sets (DBSCAN).

DBSCAN: Ester et al., 1996; Schubert et al., 2017 (https://doi.org/10.1145/3068335), as in Li et al., TMLR 2024,
section 3.3.3. The paper leaves radius and smallest cluster open; here the radius is the knee of the curve of distances
to the k-th neighbour among the different vectors of a reference set, and k vectors within it make a cluster's core.
k is 2, the least: on 800 responses and 162 photos of COCO with built-in vectors, the knee for k = 5 joined all into one
cluster, that for k = 2 left 8 and 3.
"""

from __future__ import annotations

import numpy as np

from scoring import indicator
from scoring.arrays import Floats, Vectors
from scoring.indicator import Indicator, IndicatorValue, Subset
from scoring.json_types import Params

NEIGHBOURS = 2


def radius(vectors: Vectors, neighbours: int) -> float | None:
    """Finds the knee of the sorted distances to the k-th neighbour: where the curve is farthest below its chord.

    The Kneedle idea (Satopaa et al., 2011); equal vectors count once, for their distance of 0 says nothing about the
    others. None for fewer than k + 2 different vectors.

    Args:
        vectors: (N, D); those of length 0 are left out.
        neighbours: k.

    Returns:
        A distance; None where there are too few different vectors.
    """
    distances = _kth_distances(np.unique(_present(vectors), axis=0), neighbours)
    if not len(distances):
        return None
    rise = (distances - distances[0]) / max(distances[-1] - distances[0], 1e-12)
    below = np.linspace(0.0, 1.0, len(distances)) - rise
    return float(distances[int(np.argmax(below))])


def count(vectors: Vectors, near: float, neighbours: int) -> tuple[int, int]:
    """Counts the clusters; vectors of length 0 stand for nothing and are left out.

    Args:
        vectors: (N, D).
        near: The radius of DBSCAN.
        neighbours: How many vectors within the radius make a cluster's core.

    Returns:
        The number of clusters, and of vectors that are in none.
    """
    from sklearn.cluster import DBSCAN

    present = _present(vectors)
    if not len(present):
        return 0, 0
    labels = DBSCAN(eps=near, min_samples=neighbours, n_jobs=1).fit_predict(present)
    return int(labels.max()) + 1, int(np.count_nonzero(labels < 0))


def of_subset(declared: Indicator, subset: Subset, params: Params) -> IndicatorValue:
    """Counts the clusters by the first of the indicator's vectors that the subset has.

    Args:
        declared: The indicator, with the features it may use, the preferred one first.
        subset: The samples.
        params: Has `neighbours`.

    Returns:
        The number of clusters; None where there are no vectors or no radius.
    """
    source = next((name for name in declared.needs_vectors if subset.embedded(name)), None)
    if source is None:
        return indicator.missing(declared.needs_vectors)
    near = subset.near(source, params["neighbours"])
    if near is None:
        return IndicatorValue(None, f"not computed: too few different {source} for a radius")
    vectors = subset.vectors(source)
    cluster_count, alone = count(vectors, near, params["neighbours"])
    return IndicatorValue(
        float(cluster_count), f"from {source}; radius {near:.3f}, {alone:,} in no cluster", len(vectors), source
    )


def _present(vectors: Vectors) -> Vectors:
    if not len(vectors):
        return vectors
    present: Vectors = vectors[np.linalg.norm(vectors, axis=1) > 0]
    return present


def _kth_distances(vectors: Vectors, neighbours: int) -> Floats:
    """Ascending; empty for too few vectors."""
    from sklearn.neighbors import NearestNeighbors

    if len(vectors) < neighbours + 2:
        return np.empty(0)
    near = NearestNeighbors(n_neighbors=neighbours + 1, algorithm="brute").fit(vectors)
    distances: Floats = np.sort(near.kneighbors(vectors)[0][:, -1].astype(np.float64))
    return distances
