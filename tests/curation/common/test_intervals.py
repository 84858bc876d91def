"""Wilson's interval against published values."""

from __future__ import annotations

import numpy as np
import pytest

from curation.common.intervals import kappa, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson__published_values(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("table", [(20, 5, 10, 65), (45, 15, 25, 15), (10, 1, 2, 30), (3, 20, 20, 7)])
def test_kappa__equals_that_of_scikit_learn(table: tuple[int, int, int, int]) -> None:
    from sklearn.metrics import cohen_kappa_score

    pairs = [(True, True), (True, False), (False, True), (False, False)]
    listed = [pair for pair, count in zip(pairs, table, strict=True) for _ in range(count)]
    measured = kappa(*table)
    assert measured is not None
    assert measured[0] == pytest.approx(cohen_kappa_score(*zip(*listed, strict=True)), abs=1e-12)
    assert measured[1] < measured[0] < measured[2]


@pytest.mark.parametrize("table", [(5, 1, 1, 5), (100, 0, 0, 0), (40, 60, 0, 0), (40, 0, 60, 0)])
def test_kappa__too_few_or_only_one_verdict__is_none(table: tuple[int, int, int, int]) -> None:
    assert kappa(*table) is None


@pytest.mark.parametrize(
    ("shares", "count"),
    [((0.3, 0.1, 0.1, 0.5), 30), ((0.05, 0.1, 0.1, 0.75), 60), ((0.4, 0.02, 0.03, 0.55), 60)],
)
def test_kappa__its_interval_holds_the_truth_in_93_of_100_draws(shares: tuple[float, ...], count: int) -> None:
    both, first, second, _ = shares
    expected = (both + first) * (both + second) + (1 - both - first) * (1 - both - second)
    truth = (both + shares[3] - expected) / (1 - expected)
    draws = [kappa(*map(int, row)) for row in np.random.default_rng(1).multinomial(count, shares, 1000)]
    intervals = [draw[1:] for draw in draws if draw is not None]
    assert len(intervals) > 900
    assert np.mean([low <= truth <= high for low, high in intervals]) >= 0.93
