"""Precision, recall and their intervals against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
from support import small_snapshot

from curation.filtering import cut_quality
from curation.filtering.cut_quality import Share


def test_measure__counts_rejects_and_confirmed_flags_among_the_dropped() -> None:
    snapshot = small_snapshot(
        {"sharpness": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]},
        said=[(0, "reject"), (1, "approve"), (3, "reject"), (4, "approve"), (5, "later")],
        flagged=[(2, "mismatch"), (1, "mismatch")],
        on_flags=[(0, "confirm"), (1, "confirm")],
    )
    said = cut_quality.judged(snapshot, snapshot.decisions)
    found = cut_quality.measure(said, snapshot.values["sharpness"].worst < 0.35)
    assert (found.precision, found.recall) == (Share(2, 3), Share(2, 3))  # 0 and 2 of 0, 1, 2; 0 and 2 of 0, 2, 3
    assert (found.decided, found.good) == (5, 2)  # the approve on 1 counts more than its flag; "later" says nothing


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
