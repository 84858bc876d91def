"""Suggested cuts against numbers worked out by hand, and what is said where none can be suggested."""

from __future__ import annotations

import numpy as np
import pytest
from support import small_snapshot

from curation.common import intervals
from curation.filtering import cut_quality, cut_suggestions
from curation.filtering.cut_suggestions import CutSuggestion
from curation.filtering.snapshot import Snapshot
from curation.recipes.recipe import Cut


def _suggested(snapshot: Snapshot, members: np.ndarray | None = None) -> dict[str, CutSuggestion]:
    said = cut_quality.judged(snapshot, snapshot.decisions, members)
    return {one.name: one for one in cut_suggestions.suggestions(snapshot, "sharpness", said, members)}


def test_by_share__drops_at_most_that_share() -> None:
    low = _suggested(small_snapshot({"sharpness": range(100)}, bad_when="low"))
    assert (low["5%"].cut, low["5%"].fails) == (Cut("sharpness", low=4.0), 4)
    high = _suggested(small_snapshot({"sharpness": range(101)}, bad_when="high"))
    assert (high["10%"].cut, high["10%"].fails) == (Cut("sharpness", high=90.0), 10)
    both = _suggested(small_snapshot({"sharpness": range(101)}, bad_when="both"))
    assert both["10%"].cut == Cut("sharpness", low=5.0, high=95.0)


def test_by_spread__robust_ignores_the_outlier_that_moves_the_classic_one() -> None:
    values = [10.0, 11.0, 12.0, 13.0, 14.0] * 20 + [1000.0]
    found = _suggested(small_snapshot({"sharpness": values}, bad_when="high"))
    assert found["3 σ, robust"].cut == Cut("sharpness", high=pytest.approx(12 + 3 * 1.4826 * 1))
    assert found["3 σ, robust"].fails == 1
    classic = found["3 σ"].cut
    assert classic is not None
    assert classic.high == pytest.approx(np.mean(values) + 3 * np.std(values))


def test_by_precision__drops_most_while_the_interval_stays_above_the_target() -> None:
    said = [(number, "reject" if number < 60 else "approve") for number in range(120)]
    found = _suggested(small_snapshot({"sharpness": range(200)}, said=said, bad_when="low"))
    at_half, at_most = found["Precision ≥ 50%, below"].cut, found["Precision ≥ 90%, below"].cut
    assert at_most is not None
    assert at_most == Cut("sharpness", low=61.0)  # wilson(60, 60) = 0.94, wilson(60, 61) = 0.91, wilson(60, 62) = 0.89
    assert at_half is not None
    for cut, target in ((at_half, 0.5), (at_most, 0.9)):
        dropped = int(cut.low or 0)
        assert intervals.wilson(min(dropped, 60), dropped)[0] >= target
        assert intervals.wilson(min(dropped + 1, 60), dropped + 1)[0] < target or dropped == 100


def test_by_precision__too_few_decisions__says_what_is_missing() -> None:
    found = _suggested(small_snapshot({"sharpness": range(50)}, said=[(1, "reject")], bad_when="low"))
    one = found["Precision ≥ 50%, below"]
    assert one.cut is None
    assert one.why == "Needs 40 decided samples with a value; there are 1."


def test_by_precision__nothing_reaches_the_target__names_the_best() -> None:
    said = [(number, "reject" if number % 2 else "approve") for number in range(100)]
    found = _suggested(small_snapshot({"sharpness": range(100)}, said=said, bad_when="low"))
    assert found["Precision ≥ 90%, below"].cut is None
    assert "Not reachable: best precision 39 %" in found["Precision ≥ 90%, below"].why


def test_suggestions__count_within_the_scope_only() -> None:
    members = np.arange(100) >= 50
    found = _suggested(small_snapshot({"sharpness": range(100)}, bad_when="low"), members)
    assert found["10%"].cut == Cut("sharpness", low=54.0)
    assert found["10%"].fails == 4
