"""How far apart unit vectors are: distance to the nearest other one, and how many kinds they amount to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scoring import indicator
from scoring.arrays import Vectors
from scoring.indicator import Indicator, IndicatorValue, Subset

LEAST = 10
"""Vectors below which there is no value."""
BLOCK = 1_000


def nearest_distance(vectors: Vectors) -> float:
    """Computes the mean of 1 - cosine between each vector and the nearest other one; a copy is at distance 0.

    Args:
        vectors: (N, D) of length 1, N at least 2.

    Returns:
        0 (all have a copy) to 2.
    """
    nearest = np.empty(len(vectors))
    for start in range(0, len(vectors), BLOCK):
        cosine = vectors[start : start + BLOCK] @ vectors.T
        rows = np.arange(len(cosine))
        cosine[rows, start + rows] = -np.inf
        nearest[start : start + BLOCK] = cosine.max(axis=1)
    return float(np.mean(1.0 - np.minimum(nearest, 1.0)))


def vendi(vectors: Vectors) -> float:
    """Computes the Vendi score of the cosine kernel: e to the entropy of the eigenvalues of the kernel over N.

    Friedman and Dieng, 2023, TMLR (https://arxiv.org/abs/2210.02410), order 1.

    Args:
        vectors: (N, D) of length 1.

    Returns:
        The number of kinds that the vectors amount to, 1 (all alike) to the smaller of N and D.
    """
    count, width = vectors.shape
    kernel = (vectors.T @ vectors if width < count else vectors @ vectors.T).astype(np.float64) / count
    weights = np.linalg.eigvalsh(kernel)
    weights = weights[weights > 1e-12]
    return float(np.exp(-(weights * np.log(weights)).sum()))


def of_subset(declared: Indicator, subset: Subset, measure: Callable[[Vectors], float]) -> IndicatorValue:
    """Measures the first of the indicator's vectors that the subset has.

    Args:
        declared: The indicator, with the features it may use, the preferred one first.
        subset: The samples.
        measure: Of unit vectors (N, D).

    Returns:
        The measure; None for fewer than LEAST vectors. Those of length 0 stand for nothing and are left out.
    """
    source = indicator.first_embedded(declared, subset)
    if source is None:
        return indicator.missing(declared.needs_vectors)
    vectors = subset.vectors(source)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True) if len(vectors) else np.empty((0, 1))
    unit = vectors[lengths[:, 0] > 0] / lengths[lengths[:, 0] > 0]
    if len(unit) < LEAST:
        return IndicatorValue(None, f"not computed: only {len(unit)} {source}, fewer than {LEAST}")
    return IndicatorValue(measure(unit), f"from {source}", len(unit), source)
