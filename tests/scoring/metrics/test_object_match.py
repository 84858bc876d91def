from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from scoring.item import TurnItem
from scoring.metric import Result
from scoring.text import word_vectors

Score = Callable[..., Result]
ABOUT = {"objects": ("oven", "pizza", "person"), "captions": ("A man bakes a pizza in an oven.",)}


def test_object_match__own_caption_matches_better_than_another(score_turn: Score) -> None:
    own = score_turn("object_match", "A person baking pizzas.", **ABOUT)
    other = score_turn("object_match", "A person riding a wave.", **ABOUT)
    assert own.value == 100.0
    assert other.value is not None
    assert other.value < 50.0


def test_object_match__other_picture_is_flagged_with_and_without_captions(score_turn: Score) -> None:
    for captions in (ABOUT["captions"], ()):
        result = score_turn("object_match", "Two zebras on a hill.", objects=("oven", "pizza"), captions=captions)
        (flag,) = result.flags
        assert flag.kind == "mismatch"
        assert "zebras" in flag.reason
        assert result.value == 0.0


def test_object_match__yes_no_answers_and_denials_are_no_mismatch(score_turn: Score) -> None:
    for response in ("Yes, a zebra is there.", "No, there is no zebra.", "There are two zebras."):
        assert score_turn("object_match", response, instruction="Is there a zebra?", **ABOUT).flags == ()


def test_object_match__one_planted_object_is_no_mismatch(score_turn: Score) -> None:
    result = score_turn("object_match", "A pizza in an oven. A zebra stands near the oven.", **ABOUT)
    assert result.flags == ()


def test_object_match__without_evidence_not_applicable(score_turn: Score) -> None:
    assert score_turn("object_match", "A zebra.") == Result()


def test_object_match__coco_vlit_mismatches(coco_vlit: list, score_many: Callable) -> None:
    for with_captions in (True, False):
        samples = [record.sample for record in coco_vlit if record.sample.evidence]
        if not with_captions:
            samples = [
                dataclasses.replace(one, evidence=dataclasses.replace(one.evidence, captions=())) for one in samples
            ]
        items = [TurnItem(sample, turn) for sample in samples for turn in sample.turns]
        results = score_many("object_match", items)
        flagged = {item.sample.sample_no for item, result in zip(items, results, strict=True) if result.flags}
        planted = {record.sample.sample_no for record in coco_vlit if record.truth.get("defect") == "mismatch"}
        assert flagged == planted


def test_object_match__inventions_about_its_own_picture_are_no_other_picture(score_turn: Score) -> None:
    about = {
        "objects": ("person", "umbrella", "handbag"),
        "captions": ("A woman with an umbrella walks down a wet street.", "A lady crosses the road in the rain."),
    }
    response = (
        "The image shows a busy street where cars, a bus and a truck wait at a traffic light. "
        "A dog walks along the wet street and a bicycle leans on a bench."
    )
    assert score_turn("object_match", response, **about).flags == ()
    assert len(score_turn("hallucination", response, **about).flags) >= 6


FISHING = ("A man and a woman fish from the beach.", "Two people with fishing rods stand in the water.")


def test_object_match__other_details_of_the_same_picture_are_no_other_picture(score_turn: Score) -> None:
    for response in (
        "A woman in a brown jacket and a man in a green sweater and jeans stand at the foot of the surf.",
        "A couple wearing hats and boots. The fisherman holds a pole beside a bucket.",
    ):
        assert score_turn("object_match", response, captions=FISHING, vocabulary=()).flags == ()


def test_object_match__another_picture_is_told_by_captions_alone(score_turn: Score) -> None:
    response = "A living room with a fireplace, a sofa and a carpet. Family portraits decorate the mantel."
    flagged = score_turn("object_match", response, captions=FISHING, vocabulary=()).flags
    assert [flag.kind for flag in flagged] == ["mismatch"]


def test_object_match__without_vectors_clothes_do_not_tell_pictures_apart(
    score_turn: Score, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "available", lambda: False)
    clothes = score_turn("object_match", "Jeans, a sweater, a skirt and boots.", captions=FISHING, vocabulary=())
    things = score_turn("object_match", "A sofa, a lamp, a piano and a clock in it.", captions=FISHING, vocabulary=())
    assert clothes.flags == ()
    assert [flag.kind for flag in things.flags] == ["mismatch"]
