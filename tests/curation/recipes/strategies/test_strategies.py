"""What every strategy has to hold, and what each is for."""

from __future__ import annotations

import numpy as np
import pytest

from curation.recipes import strategies, vector_parts
from curation.recipes.strategies import Candidates, dense_clusters, facility_location, informative

KINDS = list(strategies.kinds())


def unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def some(count: int, seed: int = 0, approved: int = 0) -> Candidates:
    """Candidates in five clouds, of which every ninth has no vector and no place."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(5, 16))
    vectors = unit(centres[draw.integers(0, 5, count)] + draw.normal(0, 0.4, (count, 16)))
    positions = draw.normal(size=(count, 2))
    vectors[::9], positions[::9] = 0, np.nan
    information = np.where(np.arange(count) % 7 == 0, np.nan, draw.integers(1, 20, count))
    preferred = np.zeros(count, dtype=bool)
    preferred[:approved] = True
    return Candidates(draw.integers(0, 2**63, count, dtype=np.uint64), preferred, positions, vectors, information)


def coverage(candidates: Candidates, chosen: np.ndarray) -> float:
    """Mean cosine of every sample with the chosen one that is most like it."""
    assert candidates.vectors is not None
    return float((candidates.vectors @ candidates.vectors[chosen].T).max(axis=1).mean())


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("size", "count", "approved"), [(40, 7, 0), (40, 39, 3), (40, 5, 12), (2300, 400, 50), (3, 1, 1)]
)
def test_choose__gives_as_many_as_asked_for_once_each_and_approved_ones_first(name, size, count, approved):
    candidates = some(size, approved=approved)
    chosen = strategies.kinds()[name].choose(candidates, count)
    assert len(chosen) == count
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] >= 0
    assert chosen[-1] < size
    assert np.count_nonzero(candidates.preferred[chosen]) == min(approved, count)


@pytest.mark.parametrize("name", KINDS)
def test_choose__the_same_candidates_in_another_order_give_the_same_samples(name):
    candidates = some(300)
    order = np.random.default_rng(5).permutation(300)
    choose = strategies.kinds()[name].choose
    first = set(candidates.drawn[choose(candidates, 60)].tolist())
    second = set(candidates.drawn[order][choose(candidates.only(order), 60)].tolist())
    assert len(first & second) >= 57


@pytest.mark.parametrize("name", KINDS)
def test_choose__without_vectors_and_places__is_a_draw(name):
    candidates = some(50)
    bare = Candidates(candidates.drawn, candidates.preferred)
    assert strategies.kinds()[name].choose(bare, 10).tolist() == sorted(np.argsort(candidates.drawn)[:10].tolist())


def test_facility_location__covers_all_samples_better_than_a_draw_and_nearly_as_exact_greedy_does():
    candidates = some(2500, seed=3)
    chosen = facility_location.choose(candidates, 40)
    drawn = [coverage(candidates, np.random.default_rng(seed).permutation(2500)[:40]) for seed in range(20)]
    assert coverage(candidates, chosen) > max(drawn)
    small = some(200, seed=4)
    assert small.vectors is not None
    likeness, covered, exact = np.maximum(small.vectors @ small.vectors.T, 0), np.zeros(200), []
    for _ in range(15):
        gains = np.maximum(likeness - covered, 0).sum(axis=1)
        exact.append(int(gains.argmax()))
        covered = np.maximum(covered, likeness[exact[-1]])
    assert coverage(small, facility_location.choose(small, 15)) >= 0.97 * coverage(small, np.array(exact))


def test_dense_clusters__takes_a_smaller_share_of_the_denser_of_two_like_clusters():
    draw = np.random.default_rng(0)
    centre = np.ones(16)
    loose = unit(centre + draw.normal(0, 0.6, (500, 16)))
    dense = unit(centre + draw.normal(0, 0.02, (500, 16)))
    vectors = np.vstack([loose, dense])
    candidates = Candidates(draw.integers(0, 2**63, 1000, dtype=np.uint64), np.zeros(1000, dtype=bool), None, vectors)
    chosen = dense_clusters.choose(candidates, 100)
    assert np.count_nonzero(chosen < 500) > 60


def test_informative__prefers_what_says_much_and_is_neither_copy_nor_outlier():
    draw = np.random.default_rng(1)
    cloud = unit(np.eye(8)[0] + draw.normal(0, 0.2, (60, 8)))
    copies, outlier = np.repeat(cloud[:1], 20, axis=0), unit(-np.eye(8)[:1])
    vectors = np.vstack([cloud, copies, outlier])
    information = np.r_[np.full(30, 20.0), np.full(30, 2.0), np.full(20, 20.0), 20.0]
    candidates = Candidates(
        draw.integers(0, 2**63, 81, dtype=np.uint64), np.zeros(81, dtype=bool), None, vectors, information
    )
    chosen = informative.choose(candidates, 20)
    assert np.count_nonzero(chosen < 30) >= 16
    assert 80 not in chosen


def test_shared__adds_up_and_never_gives_more_than_there_is():
    draw = np.random.default_rng(2)
    for _ in range(200):
        available = draw.integers(0, 30, draw.integers(1, 12))
        count = int(draw.integers(0, available.sum() + 1))
        weights = np.exp(draw.normal(0, 5, len(available)))
        given = vector_parts.shared(count, weights, available)
        assert given.sum() == count
        assert (given <= available).all()
    assert vector_parts.shared(10, np.array([3.0, 1.0, 1.0]), np.array([99, 99, 99])).tolist() == [6, 2, 2]


def test_halved__small_parts_of_like_vectors_that_hold_every_vector_once():
    vectors = some(2500).vectors
    assert vectors is not None
    parts = vector_parts.halved(vectors, 300)
    assert sorted(np.concatenate(parts).tolist()) == list(range(2500))
    assert max(map(len, parts)) <= 300
    within = np.mean([float((vectors[part] @ vectors[part].T).mean()) for part in parts])
    assert within > float((vectors @ vectors.T).mean())
