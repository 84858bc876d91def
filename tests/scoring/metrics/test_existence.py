from __future__ import annotations

from collections.abc import Callable
from itertools import product
from time import perf_counter

import pytest

from scoring.item import TurnItem
from scoring.metric import Result

Score = Callable[..., Result]

QUESTIONS = (
    "<image>\nIs there a {one} in the image?",
    "Are there any {many}?",
    "Do you see a {one}?",
    "Can you see any {many} in this picture?",
    "Does the image contain a {one}?",
    "Does the picture show a {one}?",
    "Is a {one} visible?",
    "Is a {one} present in the photo?",
    "Can a {one} be seen anywhere in the scene?",
    "Is there a {one} in the image?\nAnswer the question using a single word or phrase.",
    "Look at the image. Is there a {one}? Please answer yes or no.",
    "Can you tell me if there is a {one} in the photo?",
    "Tell me whether a {one} is visible in the picture.",
    "Do you see a {one}? Yes or no?",
    "Would you be able to spot any {many} in this picture?",
    "Is there, in this image, a {one}?",
)
YES = (
    "Yes",
    "Yes.",
    "yes",
    "**Yes**",
    "Yes, one is visible on the left",
    "Yes, there is a {one}",
    "Yes, there is a {one} in the image, and it looks happy.",
    "There is a {one} in the image.",
    "Yeah, I can see one.",
    "Certainly, there are several {many} in the background.",
    "There's a {one} here.",
)
NO = (
    "No",
    "No.",
    "no",
    "No, there is no {one}",
    "There is no {one}",
    "There are no {many} in the image.",
    "No, I don't see any",
    "No, there isn't one.",
    "There are none.",
    "There's none.",
    "I don't see any {many}.",
    "The image does not contain a {one}.",
    "No {many} are visible in the image.",
    "No, the {one} is not present.",
    "Unfortunately, no.",
)


def asked_and_answered(score_turn: Score, marked: str, one: str, many: str, answers: tuple[str, ...]) -> list[Result]:
    return [
        score_turn(
            "existence",
            answer.format(one=one, many=many),
            instruction=question.format(one=one, many=many),
            objects=(marked,),
        )
        for question, answer in product(QUESTIONS, answers)
    ]


@pytest.mark.parametrize(
    ("marked", "one", "many"),
    [("dog", "cat", "cats"), ("dog", "sofa", "sofas"), ("cat", "man", "men"), ("fork", "knife", "knives")],
)
def test_existence__yes_to_what_was_looked_for_in_vain_is_flagged(
    score_turn: Score, marked: str, one: str, many: str
) -> None:
    results = asked_and_answered(score_turn, marked, one, many, YES)
    assert [result.value for result in results] == [1.0] * len(results)
    assert all([flag.kind for flag in result.flags] == ["existence"] for result in results)


@pytest.mark.parametrize(
    ("marked", "one", "many"),
    [("cat", "cat", "cats"), ("couch", "sofa", "sofas"), ("person", "person", "people"), ("dog", "animal", "animals"),
     ("bicycle", "bike", "bikes"), ("dining table", "table", "tables")],
)  # fmt: skip
def test_existence__no_to_what_was_marked_is_flagged(score_turn: Score, marked: str, one: str, many: str) -> None:
    results = asked_and_answered(score_turn, marked, one, many, NO)
    assert [result.value for result in results] == [1.0] * len(results)


@pytest.mark.parametrize(
    ("marked", "one", "many"),
    [("cat", "cat", "cats"), ("couch", "sofa", "sofas"), ("person", "man", "men"), ("dog", "animal", "animals"),
     ("dining table", "table", "tables"), ("car", "van", "vans")],
)  # fmt: skip
def test_existence__right_yes_is_not_flagged(score_turn: Score, marked: str, one: str, many: str) -> None:
    results = asked_and_answered(score_turn, marked, one, many, YES)
    assert [result.value for result in results] == [0.0] * len(results)


@pytest.mark.parametrize(
    ("marked", "one", "many"),
    [("cat", "dog", "dogs"), ("person", "woman", "women"), ("dog", "puppy", "puppies"), ("teddy bear", "bear", "bears"),
     ("car", "van", "vans"), ("cup", "glass", "glasses"), ("kite", "toy", "toys"),
     ("bottle", "wine bottle", "wine bottles")],
)  # fmt: skip
def test_existence__no_that_may_be_right_is_not_flagged(score_turn: Score, marked: str, one: str, many: str) -> None:
    results = asked_and_answered(score_turn, marked, one, many, NO)
    assert {result.value for result in results} <= {0.0, None}


@pytest.mark.parametrize(
    "question",
    [
        "Is the dog brown?", "Is there a dog left of the cat?", "Is there only one dog?", "Is this a dog?",
        "Is there a dog and a cat?", "Is there a dog? Is there a cat?", "Is there a dog or a cat in the image?",
        "Isn't there a dog?", "Is there no dog?", "Are there two dogs?", "Is there more than one dog?",
        "Is there a dog on the couch?", "Is there a dog in the background?", "Is there a black dog?",
        "Are there any other dogs?", "Is the dog visible?", "Is there a dog in the left image?", "Is a dog sitting?",
        "Does the dog have a ball?", "Is there any dog wearing a hat?", "Is there a dog bed in the picture?",
        "Why is there a dog?", "Is there a dog in the picture on the wall?", "What is in the image?",
    ],
)  # fmt: skip
@pytest.mark.parametrize("answer", ["Yes.", "No."])
def test_existence__other_questions_are_left_alone(score_turn: Score, question: str, answer: str) -> None:
    for marked in (("dog",), ("bed",)):
        assert score_turn("existence", answer, instruction=question, objects=marked) == Result()


@pytest.mark.parametrize(
    "answer",
    [
        "No, there is only one.", "No, but there is a puppy.", "No problem! There is a dog.", "Yes and no.",
        "Maybe.", "No other dogs are visible.", "I am not sure.", "No cats here.", "The dog is brown.", "", "A",
        "Yes, but it is a statue.", "Yes, there is a statue of a dog.", "Yes, there is no dog.", "Dog",
    ],
)  # fmt: skip
def test_existence__answers_that_say_neither_are_left_alone(score_turn: Score, answer: str) -> None:
    for marked in (("dog",), ("bed",)):
        assert score_turn("existence", answer, instruction="Is there a dog?", objects=marked) == Result()


def test_existence__flag_shows_the_clause_and_what_annotators_know(score_turn: Score) -> None:
    response = "Yes, there is a hot dog on the plate, and it looks tasty."
    (flag,) = score_turn("existence", response, instruction="Is there a hot dog?", objects=("bed",)).flags
    assert response[flag.start : flag.end] == flag.text == "Yes, there is a hot dog on the plate"
    assert flag.verdict == "unsupported"
    assert flag.reason == 'The answer is yes, but annotators looked for "hot dog" and marked none.'
    assert flag.evidence["annotations"] == "looked for hot dog: none found"
    (flag,) = score_turn("existence", "No.", instruction="Are there any animals?", objects=("bed", "dog")).flags
    assert (flag.text, flag.start, flag.end) == ("No", 0, 2)
    assert flag.reason == 'The answer is no, but annotators marked "dog".'


def test_existence__thought_before_the_answer_is_no_answer(score_turn: Score) -> None:
    response = "<think>Yes, maybe a cat?</think>No, there is no cat."
    (flag,) = score_turn("existence", response, instruction="Is there a cat?", objects=("cat",)).flags
    assert flag.text == "No, there is no cat"


def test_existence__class_nobody_looked_for_is_not_applicable(score_turn: Score) -> None:
    about = {"instruction": "Is there a zebra?", "objects": ("dog",), "vocabulary": ("dog", "cat")}
    assert score_turn("existence", "Yes.", **about) == Result()
    assert score_turn("existence", "No.", **about) == Result()
    assert score_turn("existence", "Yes.", instruction="Is there a dog?") == Result()


def test_existence__yes_that_a_caption_bears_out_is_not_flagged(score_turn: Score) -> None:
    about = {"instruction": "Is there a cat?", "objects": ("dog",), "captions": ("A dog chases a cat.",)}
    assert score_turn("existence", "Yes.", **about).flags == ()


def test_existence__several_images__a_no_may_be_about_one_of_them(score_turn: Score) -> None:
    about = {"instruction": "Is there a dog in the image?", "images": 2}
    assert score_turn("existence", "No.", objects=("dog",), **about) == Result()
    assert score_turn("existence", "Yes.", objects=("cat",), **about).value == 1.0


def test_existence__every_class_of_real_annotations(
    coco_vlit: list, coco_classes: tuple[str, ...], turn: Callable[..., TurnItem], score_many: Callable
) -> None:
    flagged = {(answer, wrong): [] for answer in ("Yes.", "No.") for wrong in (True, False)}
    evidences = {record.sample.evidence for record in coco_vlit if record.sample.evidence}
    for evidence in sorted(evidences, key=str)[:60]:
        for (name, answer), result in zip(
            product(coco_classes, ("Yes.", "No.")),
            score_many(
                "existence",
                [
                    turn(answer, f"Is there a {name} in the image?", evidence.objects, evidence.captions)
                    for name, answer in product(coco_classes, ("Yes.", "No."))
                ],
            ),
            strict=True,
        ):
            flagged[answer, (answer == "Yes.") != (name in evidence.objects)].append(bool(result.flags))
    assert not any(flagged["Yes.", False])
    assert not any(flagged["No.", False])
    assert sum(flagged["Yes.", True]) / len(flagged["Yes.", True]) >= 0.98
    assert all(flagged["No.", True])


def test_existence__real_conversations_cost_little(coco_vlit: list, score_many: Callable) -> None:
    items = [TurnItem(record.sample, turn) for record in coco_vlit for turn in record.sample.turns]
    score_many("existence", items)
    start = perf_counter()
    results = score_many("existence", items)
    assert (perf_counter() - start) / len(items) < 0.0006
    assert sum(result.value is not None for result in results) > 200
