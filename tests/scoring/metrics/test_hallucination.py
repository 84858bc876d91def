from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from scoring.item import TurnItem
from scoring.metric import Result

Score = Callable[..., Result]


def flagged(result: Result) -> list[str]:
    return [flag.text for flag in result.flags]


def test_hallucination__planted_object_is_flagged_by_its_span(score_turn: Score) -> None:
    response = "A dog on a bed. In the scene you can also see potted plants near the bed."
    result = score_turn("hallucination", response, objects=("dog", "bed"), captions=("A dog on a bed.",))
    (flag,) = result.flags
    assert response[flag.start : flag.end] == flag.text == "potted plants"
    assert (flag.kind, flag.verdict, flag.turn) == ("hallucination", "unsupported", 0)
    assert "potted plant" in flag.reason
    assert set(flag.evidence) == {"annotations", "captions"}
    assert result.value == pytest.approx(1 / 4)


def test_hallucination__negated_list_is_not_flagged(score_turn: Score) -> None:
    response = "A bed. There are no dogs, cats or birds, and neither a sink nor a toilet."
    result = score_turn("hallucination", response, objects=("bed",), captions=("A bed.",))
    assert flagged(result) == []
    assert result.value == 0.0


def test_hallucination__object_of_the_question_denied_in_odd_words(score_turn: Score) -> None:
    result = score_turn(
        "hallucination",
        "Sadly not; such a hot dog would have been tasty.",
        instruction="Is there a hot dog?",
        objects=("bed",),
    )
    assert flagged(result) == []


def test_hallucination__wrong_yes_is_flagged(score_turn: Score) -> None:
    result = score_turn(
        "hallucination", "Yes, there is a hot dog.", instruction="Is there a hot dog?", objects=("bed",)
    )
    assert flagged(result) == ["hot dog"]


def test_hallucination__no_evidence_or_no_object_is_not_applicable(score_turn: Score) -> None:
    assert score_turn("hallucination", "A dog.").value is None
    assert score_turn("hallucination", "It is sunny.", objects=("dog",)).value is None


def test_hallucination__class_nobody_looked_for_is_not_flagged(score_turn: Score) -> None:
    result = score_turn("hallucination", "A zebra and a dog.", objects=("dog",), vocabulary=("dog", "cat"))
    assert flagged(result) == []


def test_hallucination__response_to_another_picture_keeps_its_spans(score_turn: Score) -> None:
    response = "Two zebras and a giraffe graze on the savanna."
    about = {"objects": ("oven", "pizza"), "captions": ("A pizza bakes in an oven.",)}
    assert flagged(score_turn("hallucination", response, **about)) == ["zebras", "giraffe"]
    assert [flag.kind for flag in score_turn("object_match", response, **about).flags] == ["mismatch"]


def planted_and_found(records: list, score_many: Callable) -> tuple[set, set, list]:
    """Spans planted, spans flagged, denied objects flagged; machine-written records and mismatches apart."""
    planted, found, denied = set(), set(), []
    for record in records:
        if "model_response" in record.truth or record.truth.get("defect") == "mismatch":
            continue
        sample = record.sample
        for entry in record.truth.get("hallucination", []):
            planted.add((sample.sample_no, entry["turn"], *entry["span"]))
        results = score_many("hallucination", [TurnItem(sample, turn) for turn in sample.turns])
        flags = [flag for result in results for flag in result.flags]
        found |= {(sample.sample_no, flag.turn, flag.start, flag.end, flag.text) for flag in flags}
        denied += [flag.text for flag in flags if flag.text in record.truth.get("negated", [])]
    return planted, found, denied


def test_hallucination__coco_vlit(coco_vlit: list, score_many: Callable) -> None:
    planted, found, denied = planted_and_found(coco_vlit, score_many)
    assert len(planted & found) / len(planted) >= 0.99
    assert len(planted & found) / len(found) >= 0.99
    assert denied == []


def test_hallucination__coco_vlit_without_captions(coco_vlit: list, score_many: Callable) -> None:
    bare = [
        dataclasses.replace(
            record,
            sample=dataclasses.replace(
                record.sample, evidence=dataclasses.replace(record.sample.evidence, captions=())
            ),
        )
        for record in coco_vlit
        if record.sample.evidence
    ]
    planted, found, denied = planted_and_found(bare, score_many)
    assert len(planted & found) / len(planted) >= 0.97
    assert len(planted & found) / len(found) >= 0.90
    assert denied == []


def cast(result: Result) -> dict[tuple[str, str], float | None]:
    return {(vote.text, vote.source): vote.score for vote in result.votes}


def test_hallucination__votes_on_every_claim__a_silent_caption_casts_none(score_turn: Score) -> None:
    response = "A dog, a fork and a zebra. There is no cat."
    about = {"objects": ("dog",), "captions": ("A dog with a zebra.",), "vocabulary": ("dog", "cat", "fork")}
    result = score_turn("hallucination", response, **about)
    assert cast(result) == {
        ("dog", "annotations"): 1.0,
        ("dog", "captions"): 1.0,
        ("fork", "annotations"): 0.0,
        ("zebra", "captions"): 1.0,
    }
    assert all(response[vote.start : vote.end] == vote.text for vote in result.votes)
    assert flagged(result) == ["fork"]


def test_hallucination__value_and_flags_are_those_of_the_votes(coco_vlit: list, score_many: Callable) -> None:
    for record in coco_vlit[:150]:
        for result in score_many("hallucination", [TurnItem(record.sample, turn) for turn in record.sample.turns]):
            best: dict[int, float] = {}
            for vote in result.votes:
                best[vote.start] = max(best.get(vote.start, 0.0), vote.score or 0.0)
            denied = {start for start, score in best.items() if score == 0.0}
            assert {flag.start for flag in result.flags} in (denied, set())
            assert (result.value or 0.0) > 0 or not denied


@pytest.mark.parametrize(
    "response",
    [
        "The optic disc is where the nerve leaves the eye.",
        "It is a cat with a striped, brownish coat.",
        "Its nose is brick red and its whiskers are long.",
        "Several lamps shine like little stars near the ground.",
    ],
)
def test_hallucination__name_in_another_sense__is_not_flagged(score_turn, response: str) -> None:
    vocabulary = ("leaves", "coat", "brick", "stars", "cat", "person")
    assert score_turn("hallucination", response, objects=("cat",), vocabulary=vocabulary).flags == ()


def test_hallucination__the_same_names_as_objects__are_flagged(score_turn) -> None:
    response = "A cat sits by a coat and a brick, and leaves lie on the floor."
    found = score_turn("hallucination", response, objects=("cat",), vocabulary=("leaves", "coat", "brick", "cat"))
    assert [flag.text for flag in found.flags] == ["coat", "brick", "leaves"]
