"""Precision, recall and their intervals against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from support import small_snapshot

from benchmarks import estimates
from curation.common import intervals
from curation.filtering import cut_quality
from curation.filtering.cut_quality import Judged, Share

NOTHING = Judged(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))


def test_measure__counts_rejects_and_confirmed_flags_among_the_dropped() -> None:
    snapshot = small_snapshot(
        {"sharpness": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]},
        said=[(0, "reject"), (1, "approve"), (3, "reject"), (4, "approve"), (5, "later")],
        flagged=[(2, "mismatch"), (1, "mismatch")],
        on_flags=[(0, "confirm"), (1, "confirm")],
    )
    decided = cut_quality.judged(snapshot, snapshot.decisions)
    quality = cut_quality.measure(decided, NOTHING, snapshot.values["sharpness"].worst < 0.35)
    precision, recall = quality.precision, quality.recall
    # 0 and 2 of 0, 1, 2 should go; 0 and 2 of 0, 2, 3 are dropped.
    assert (precision.counted, recall.counted) == (Share(2, 3), Share(2, 3))
    assert (quality.decided, quality.good) == (5, 2)  # the approve on 1 counts more than its flag; "later" says nothing
    assert (precision.value, precision.low, precision.high) == (2 / 3, 2 / 3, 2 / 3)  # all three are decided
    assert (recall.value, recall.low, recall.high) == (None, 2 / 4, 2 / 3)  # 5, kept, may be either


def test_measure__a_random_draw__gives_a_figure_within_what_is_certain() -> None:
    said = [(number, "reject" if number < 40 else "approve") for number in range(0, 100, 2)]
    snapshot = small_snapshot({"sharpness": range(100)}, said=said)
    decided = cut_quality.judged(snapshot, snapshot.decisions)
    quality = cut_quality.measure(decided, decided, snapshot.values["sharpness"].worst < 50)
    assert quality.precision.value == 20 / 25
    assert quality.precision.low == pytest.approx(intervals.wilson(20, 25)[0])
    assert quality.precision.high == 45 / 50  # five of the fifty that it drops are known to be good
    assert quality.recall.value == 1.0
    assert quality.recall.low == pytest.approx(intervals.wilson(20, 20)[0])
    assert quality.drawn == 50


def test_measure__nothing_should_go_or_nothing_is_dropped__has_no_value() -> None:
    snapshot = small_snapshot({"sharpness": [1.0, 2.0]}, said=[(0, "approve"), (1, "approve")])
    decided = cut_quality.judged(snapshot, snapshot.decisions)
    quality = cut_quality.measure(decided, NOTHING, np.array([False, False]))
    assert (quality.precision.value, quality.recall.value) == (None, None)


@pytest.mark.parametrize("way", estimates.WAYS)
def test_measure__the_interval_holds_the_truth_however_people_review(way: str) -> None:
    precision, recall = estimates.cut_coverage(way, runs=100)
    assert precision >= 0.93
    assert recall >= 0.93


def test_judged__only_members_count() -> None:
    snapshot = small_snapshot({"sharpness": [0.1, 0.2]}, said=[(0, "reject"), (1, "approve")])
    assert cut_quality.judged(snapshot, snapshot.decisions, np.array([False, True])).numbers.tolist() == [1]


def test_share__nothing_decided__has_no_value() -> None:
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_random_part__the_decided_samples_before_the_first_gap() -> None:
    said = [(0, "reject"), (1, "later"), (3, "approve"), (4, "approve")]
    snapshot = small_snapshot({"sharpness": [0.1, 0.2, 0.3, 0.4, 0.5]}, said=said)
    draw = np.array([0.3, 0.1, 0.5, 0.2, 0.9])  # in this order: 1, 3, 0, then 2, which nobody decided, then 4
    part = cut_quality.random_part(snapshot, snapshot.decisions, draw)
    assert np.flatnonzero(part).tolist() == [0, 1, 3]
    assert cut_quality.judged(snapshot, snapshot.decisions, part).numbers.tolist() == [0, 3]
    without_gap = np.array([True, True, False, True, True])
    assert np.flatnonzero(cut_quality.random_part(snapshot, snapshot.decisions, draw, without_gap)).tolist() == [
        0,
        1,
        3,
        4,
    ]
