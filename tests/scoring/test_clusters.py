from __future__ import annotations

import numpy as np
import pytest

from scoring import clusters


def groups(count: int, size: int = 40, spread: float = 0.02, seed: int = 0) -> np.ndarray:
    """Unit vectors around `count` directions at right angles."""
    draw = np.random.default_rng(seed)
    centres = np.repeat(np.eye(16)[:count], size, axis=0)
    found = centres + draw.normal(0, spread, centres.shape)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("count", "neighbours"), [(1, 5), (2, 3), (2, 5), (7, 3), (7, 5)])
def test_count__groups_apart__that_many_at_the_radius_where_they_fall_apart_best(count: int, neighbours: int) -> None:
    vectors = groups(count, size=60, spread=0.005)
    near = clusters.radius(np.vstack([vectors, np.eye(16)[8:12]]).astype(np.float32), neighbours)
    assert near is not None
    assert clusters.count(vectors, near, neighbours)[0] == count


def test_count__lonely_and_empty_vectors__are_in_no_cluster() -> None:
    vectors = np.vstack([groups(2), np.eye(16)[9:10], np.zeros((3, 16))])
    assert clusters.count(vectors, 0.5, 5) == (2, 1)
    assert clusters.count(np.zeros((3, 16)), 0.5, 5) == (0, 0)
    assert clusters.count(np.empty(0), 0.5, 5) == (0, 0)


def test_radius__equal_vectors__count_once() -> None:
    vectors = groups(3, spread=0.1)
    assert clusters.radius(np.vstack([vectors] * 5), 2) == clusters.radius(vectors, 2)


def test_radius__one_dense_cloud_with_outliers__is_not_one_cluster() -> None:
    draw = np.random.default_rng(0)
    topics = draw.normal(size=(30, 16))
    vectors = topics[draw.integers(0, 30, 600)] + 0.45 * draw.normal(size=(600, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    near = clusters.radius(vectors, clusters.NEIGHBOURS)
    assert near is not None
    counts = [clusters.count(vectors, near * scale, clusters.NEIGHBOURS)[0] for scale in (0.95, 1.0, 1.05)]
    assert min(counts) > 15
    assert max(counts) < 1.7 * min(counts)


def test_radius__too_few_vectors__is_none() -> None:
    assert clusters.radius(np.eye(3), 2) is None
    assert clusters.radius(np.ones((50, 3)), 2) is None
    assert clusters.radius(np.empty(0), 2) is None
