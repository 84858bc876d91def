"""Suggested cuts against numbers worked out by hand, and what is said where none can be suggested."""

from __future__ import annotations

import numpy as np
import pytest
from support import small_snapshot

from curation.filtering import cut_quality, cut_suggestions
from curation.filtering.cut_suggestions import CutSuggestion
from curation.filtering.snapshot import Snapshot
from curation.recipes.recipe import Cut


def _suggested(
    snapshot: Snapshot, members: np.ndarray | None = None, *, drawn: bool = False
) -> dict[str, CutSuggestion]:
    """All suggestions by name; with `drawn` the decided samples are a random draw."""
    decided = cut_quality.judged(snapshot, snapshot.decisions, members)
    random_part = decided if drawn else cut_quality.Judged(decided.numbers[:0], decided.bad[:0])
    offered = cut_suggestions.suggestions(snapshot, "sharpness", decided, random_part, members)
    return {suggestion.name: suggestion for suggestion in offered}


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


def test_by_precision__all_that_is_dropped_was_decided__is_certain_without_a_draw() -> None:
    said = [(number, "reject" if number < 60 else "approve") for number in range(120)]
    offered = _suggested(small_snapshot({"sharpness": range(200)}, said=said, bad_when="low"))
    assert offered["Precision ≥ 50%, below"].cut == Cut("sharpness", low=120.0)  # 60 of 120 are known to go
    assert offered["Precision ≥ 90%, below"].cut == Cut("sharpness", low=66.0)  # 60 of 66
    assert offered["Precision ≥ 90%, below"].fails == 66


def test_by_precision__only_some_of_what_is_dropped_was_decided__is_not_certain() -> None:
    said = [(number, "reject") for number in range(0, 100, 2)]
    offered = _suggested(small_snapshot({"sharpness": range(200)}, said=said, bad_when="low"))
    assert offered["Precision ≥ 90%, below"].cut is None
    assert "at best 51 % of what" in offered["Precision ≥ 70%, below"].why
    assert offered["Precision ≥ 50%, below"].cut == Cut("sharpness", low=99.0)


def test_by_precision__a_random_draw__is_tested() -> None:
    said = [(number, "reject" if number < 500 else "approve") for number in range(0, 1000, 10)]
    snapshot = small_snapshot({"sharpness": range(1000)}, said=said, bad_when="high")
    assert _suggested(snapshot, drawn=True)["Precision ≥ 50%, above"].cut is None
    low = small_snapshot({"sharpness": range(1000)}, said=said, bad_when="low")
    cut = _suggested(low, drawn=True)["Precision ≥ 90%, below"].cut
    assert cut is not None
    assert 300 < (cut.low or 0) <= 550
    assert _suggested(low)["Precision ≥ 90%, below"].cut is None


def test_by_precision__too_few_decisions__says_what_is_missing() -> None:
    offered = _suggested(small_snapshot({"sharpness": range(50)}, said=[(1, "reject")], bad_when="low"))
    suggestion = offered["Precision ≥ 50%, below"]
    assert suggestion.cut is None
    assert suggestion.why == "Needs 20 decided samples with a value; there are 1."


def test_by_precision__nothing_reaches_the_target__names_the_best() -> None:
    said = [(number, "reject" if number % 2 else "approve") for number in range(100)]
    offered = _suggested(small_snapshot({"sharpness": range(100)}, said=said, bad_when="low"), drawn=True)
    assert offered["Precision ≥ 90%, below"].cut is None
    assert "at best 50 % of what a cut drops" in offered["Precision ≥ 90%, below"].why
    assert "100 samples with a value; 29 that all should go" in offered["Precision ≥ 90%, below"].why


def test_suggestions__count_within_the_scope_only() -> None:
    members = np.arange(100) >= 50
    found = _suggested(small_snapshot({"sharpness": range(100)}, bad_when="low"), members)
    assert found["10%"].cut == Cut("sharpness", low=54.0)
    assert found["10%"].fails == 4
