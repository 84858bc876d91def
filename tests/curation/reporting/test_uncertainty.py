"""Intervals of indicators: they hold a known truth, and are left out where nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import estimates
from curation.reporting import uncertainty
from scoring.indicator import IndicatorValue

EVERYTHING = np.ones(40, dtype=bool)


def test_parts__samples_of_one_picture_are_left_out_together() -> None:
    parts = uncertainty.parts_of(np.repeat(np.arange(20), 2), EVERYTHING)
    assert (parts[::2] == parts[1::2]).all()
    assert np.bincount(parts).tolist() == [4] * 10


def test_parts__other_sets_have_none_and_few_pictures_neither() -> None:
    members = np.arange(40) < 20
    assert (uncertainty.parts_of(np.arange(40), members)[20:] == -1).all()
    assert (uncertainty.parts_of(np.repeat([0, 1], 20), EVERYTHING) == -1).all()


def test_with_interval__a_value_that_hangs_on_one_part__has_none() -> None:
    parts = uncertainty.parts_of(np.arange(40), EVERYTHING)
    outcome = IndicatorValue(1.0)
    without = uncertainty.with_interval(outcome, parts, lambda kept: IndicatorValue(None if not kept[0] else 1.0))
    assert (without.low, without.high) == (None, None)
    same = uncertainty.with_interval(outcome, parts, lambda _: IndicatorValue(1.0))
    assert (same.low, same.high) == (1.0, 1.0)


def test_with_interval__stays_within_what_the_indicator_can_be() -> None:
    parts = uncertainty.parts_of(np.arange(40), EVERYTHING)
    values = np.random.default_rng(0).random(10)
    found = uncertainty.with_interval(
        IndicatorValue(0.1), parts, lambda kept: IndicatorValue(float(values[parts[~kept][0]])), (0.0, None)
    )
    assert found.low == 0.0


@pytest.mark.parametrize("each", [1, 5])
def test_interval__of_a_mean_holds_the_truth_also_where_samples_share_pictures(each: int) -> None:
    assert estimates.mean_coverage(200, 60, each) >= 0.93


@pytest.mark.parametrize("share", [0.05, 0.6])
def test_collapse__is_seen_by_the_distance_to_the_nearest_in_every_draw(share: float) -> None:
    assert estimates.collapse_seen(10, share)["distance to the nearest"] == 1.0
