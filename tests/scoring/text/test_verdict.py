from __future__ import annotations

import random

import pytest

from benchmarks import estimates
from scoring.text import verdict
from scoring.text.verdict import DEFAULTS, Threshold


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({}, "unsure"),
        ({"annotations": None, "llm": None}, "unsure"),
        ({"annotations": 1.0}, "supported"),
        ({"annotations": 0.0}, "unsupported"),
        ({"captions": 0.0}, "unsure"),  # a caption that is silent denies nothing
        ({"captions": 1.0}, "supported"),
        ({"detector": 0.8}, "supported"),
        ({"detector": 0.01}, "unsupported"),
        ({"detector": 0.2}, "unsure"),
        ({"llm": 0.0, "detector": 0.01}, "unsupported"),
        ({"llm": 1.0, "detector": 0.01}, "unsure"),
        ({"annotations": 0.0, "captions": 1.0}, "supported"),  # people saw it, the annotators missed it
        ({"annotations": 1.0, "detector": 0.0, "llm": 0.0}, "supported"),
        ({"annotations": 0.0, "detector": 0.9, "llm": 1.0}, "unsure"),
        ({"annotations": 1.0, "detector": 0.0, "clip": 30.0, "llm": 1.0}, "supported"),
        ({"annotations": 0.0, "detector": 0.0, "clip": 30.0, "llm": 0.0}, "unsupported"),
        ({"decisions": 0.0, "annotations": 1.0, "llm": 1.0}, "unsupported"),
        ({"decisions": 1.0, "annotations": 0.0, "llm": 0.0}, "supported"),
        ({"decisions": 0.5, "annotations": 1.0}, "supported"),
    ],
)
def test_combine__verdict(scores: dict[str, float | None], expected: str) -> None:
    assert verdict.combine(scores).verdict == expected


def test_combine__keeps_what_every_source_said() -> None:
    combined = verdict.combine({"annotations": 0.0, "detector": 0.9, "clip": None, "llm": 0.5})
    assert combined.verdicts == {"annotations": "unsupported", "detector": "supported", "llm": "unsure"}
    assert combined.scores == {"annotations": 0.0, "detector": 0.9, "llm": 0.5}
    assert combined.support == pytest.approx(1 / 3)


def test_combine__disagreement_sorts_even_splits_first_and_agreement_last() -> None:
    split = verdict.combine({"detector": 0.9, "llm": 0.0}).disagreement
    leaning = verdict.combine({"annotations": 1.0, "llm": 0.0}).disagreement
    agreed = verdict.combine({"annotations": 1.0, "llm": 1.0, "detector": 0.2}).disagreement
    assert (split, leaning, agreed) == (1.0, pytest.approx(2 / 3), 0.0)
    assert verdict.combine({}).disagreement == 0.0


def test_combine__unknown_source__is_an_error() -> None:
    with pytest.raises(KeyError, match="oracle"):
        verdict.combine({"oracle": 1.0})


def test_threshold__no_above_yes__is_refused() -> None:
    with pytest.raises(ValueError, match="above the one for yes"):
        Threshold(0.5, 0.4)


def _judged(seed: int = 0, count: int = 2000) -> list[tuple[float, bool]]:
    """Scores whose chance to be right is the score itself."""
    draw = random.Random(seed)
    return [(score, draw.random() < score) for score in (draw.random() for _ in range(count))]


@pytest.mark.parametrize("precision", [0.7, 0.9])
def test_calibrate__is_a_little_stricter_than_the_score_that_reaches_the_precision(precision: float) -> None:
    threshold = verdict.calibrate(_judged(), precision)
    assert threshold is not None
    assert 0 <= threshold - (2 * precision - 1) < 0.16  # the mean of scores from t to 1 is (1 + t) / 2


@pytest.mark.parametrize(("pairs", "step"), [(60, 0.4), (120, None), (300, 0.4)])
def test_calibrate__holds_on_what_it_has_not_seen_in_95_of_100_draws(pairs: int, step: float | None) -> None:
    held, _ = estimates.calibration_holds(200, pairs, 0.9, step)
    assert held >= 0.95


def test_calibrate__sets_a_threshold_where_most_scores_part_right_from_wrong() -> None:
    assert estimates.calibration_holds(100, 300, 0.9, 0.4)[1] > 0.8


def test_calibrate__below__is_the_threshold_for_no() -> None:
    threshold = verdict.calibrate(_judged(), 0.9, above=False)
    assert threshold is not None
    assert 0.05 < threshold <= 0.2


def test_calibrate__equal_scores_stay_together() -> None:
    judged = [(0.9, True)] * 50 + [(0.5, True)] * 50 + [(0.5, False)] * 30
    assert verdict.calibrate(judged, 0.9, least=1) == 0.9
    assert verdict.calibrate(judged, 0.6, least=1) == 0.5


def test_calibrate__nothing_makes_a_precision_of_1_certain() -> None:
    assert verdict.calibrate([(0.9, True)] * 1000, 1.0) is None


@pytest.mark.parametrize("judged", [[], [(0.9, True)] * 19, [(0.9, False)] * 50])
def test_calibrate__too_few_or_never_right__is_none(judged: list[tuple[float, bool]]) -> None:
    assert verdict.calibrate(judged, 0.9) is None


def test_calibrated__keeps_the_default_of_a_side_that_verdicts_say_nothing_of() -> None:
    found = verdict.calibrated("detector", [(0.6, True)] * 30, 0.9)
    assert (found.no, found.yes) == (DEFAULTS["detector"].no, 0.6)


def test_calibrated__clean_split_never_crosses() -> None:
    judged = [(0.1, False)] * 50 + [(0.8, True)] * 50
    found = verdict.calibrated("llm", judged, 0.7)
    assert found.no <= found.yes
    assert verdict.of_source(0.8, found) == "supported"
    assert verdict.of_source(0.1, found) == "unsupported"
