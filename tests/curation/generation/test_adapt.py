from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from curation.annotations import Box, Question
from curation.generation import adapt, negatives, templates
from curation.generation.adapt import About
from curation.generation.candidate import Candidate, row
from curation.generation.clue import Clue, ObjectClass

WORDS = ("bear", "cat", "cup", "dog", "fork", "kite", "person", "scissors", "train", "tv", "zebra")


def _clue(name: str, *kinds: ObjectClass, **more: object) -> Clue:
    boxes = tuple(Box(kind.name, (10.0 * n, 10, 100, 90)) for kind in kinds for n in range(kind.count))
    return Clue(name, objects_with_counts=kinds, boxes=boxes, vocabulary=WORDS, width=320, height=240, **more)  # type: ignore[arg-type]


ONE = _clue(
    "1.jpg", ObjectClass("dog", 2, True, "animal"), ObjectClass("tv", 1, True), captions=("A dog.", "Dogs at home.")
)
CROWD = _clue("2.jpg", ObjectClass("person", 14, True), ObjectClass("cup", 3, False), ObjectClass("scissors", 2, True))
OTHER = _clue("3.jpg", ObjectClass("cat", 1, True), captions=("Two cats on a train.",))


def _make(clues: list[Clue], *names: str, seed: int = 0, per_image: int = 50, **options: object) -> list[Candidate]:
    about = About(negatives.statistics(clues), templates.load(), **options)  # type: ignore[arg-type]
    return list(adapt.candidates(clues, about, names or list(adapt.known_tasks()), per_image, seed))


def _said(found: list[Candidate]) -> list[tuple[str, str]]:
    return [(one.messages[0][1], one.messages[1][1]) for one in found]


def test_candidates__same_seed__same_samples_whatever_order_of_tasks() -> None:
    names = list(adapt.known_tasks())
    assert _said(_make([ONE, OTHER], *names)) == _said(_make([ONE, OTHER], *names[::-1]))
    assert _said(_make([ONE], seed=1)) != _said(_make([ONE], seed=2))


def test_candidates__other_pictures__change_nothing_with_random_negatives() -> None:
    alone, together = _make([ONE]), _make([ONE, CROWD, OTHER])
    assert _said(alone) == _said([one for one in together if one.image == "1.jpg"])


def test_candidates__per_image__tasks_take_turns_and_nothing_comes_twice() -> None:
    found = _make([ONE], per_image=4)
    assert len({one.task for one in found}) == len(found) == 4
    said = _said(_make([ONE]))
    assert len(set(said)) == len(said)


def test_candidates__brief__share_of_short_answers() -> None:
    clues = [_clue(f"{n}.jpg", ObjectClass("dog", 1, True)) for n in range(60)]
    shares = [
        sum("-short-" in one.prompt_version for one in made) / len(made)
        for made in (_make(clues, "counting", brief=share) for share in (0.0, 0.5, 1.0))
    ]
    assert (shares[0], shares[2]) == (0.0, 1.0)
    assert 0.3 < shares[1] < 0.7


def test_counting__only_exact_counts_that_no_caption_denies() -> None:
    found = [one for seed in range(20) for one in _make([ONE, CROWD, OTHER], "counting", seed=seed) if not one.flavour]
    assert {one.image for one in found} == {"1.jpg"}
    answers = {one.messages[1][1] for one in found if "dog" in one.messages[0][1]}
    assert {"2", "There are two dogs in the image."} <= answers
    assert all("2" in answer or "two dogs" in answer for answer in answers)
    assert any("TVs" in one.messages[0][1] for one in found)


def test_existence__present_yes_absent_no_with_the_same_questions() -> None:
    clues = [_clue(f"{n}.jpg", ObjectClass("dog", 1, True), ObjectClass("cup", 1, True)) for n in range(60)]
    found = _make(clues, "existence")
    plain = [one for one in found if "/premise/" not in one.prompt_version]
    for one in plain:
        asked, said = (text.lower() for _, text in one.messages)
        present = "dog" in asked or "cup" in asked
        assert ("yes" in said) == present, (asked, said)
        assert ("no" in said.replace(",", " ").split()) == (not present), (asked, said)
        assert (one.flavour == "negative") == (not present)
    asked_of = Counter((one.flavour, one.prompt_version.split("/")[2].partition("-")[0]) for one in plain)
    assert {key for flavour, key in asked_of if flavour} == {key for flavour, key in asked_of if not flavour}
    half = sum(1 for one in found if one.flavour)
    assert half == len(found) / 2


def test_existence__false_premise__answer_says_that_it_is_not_there() -> None:
    found = [one for n in range(20) for one in _make([ONE], "existence", seed=n) if "/premise/" in one.prompt_version]
    assert found
    for one in found:
        assert " no " in one.messages[1][1] or " not " in one.messages[1][1]


def test_existence__uncounted__says_at_least_one() -> None:
    answers = [said for n in range(30) for _, said in _said(_make([CROWD], "existence", seed=n))]
    assert any("at least one person" in said for said in answers)
    assert not any("14" in said or "three cups" in said for said in answers)
    assert any("some scissors" in said for said in answers)


def test_existence__nobody_looked_for_classes__no_negatives() -> None:
    open_world = Clue("1.jpg", objects_with_counts=(ObjectClass("dog", 1),), width=4, height=4)
    assert {one.flavour for one in _make([open_world], "existence")} == {""}


def test_classification__one_option_is_there_and_the_others_are_not() -> None:
    for one in (one for n in range(20) for one in _make([ONE], "classification", seed=n)):
        if "/choose/" in one.prompt_version:
            present = {"dog", "TV"} & set(re.findall(r"\w+", one.messages[0][1]))
            assert len(present) == 1
            assert present.pop() in one.messages[1][1].replace("dogs", "dog")


def test_classification__caption_names_another_animal__kind_is_not_asked() -> None:
    bear = ObjectClass("bear", 1, True, "animal")
    alone, beside = _clue("1.jpg", bear), _clue("1.jpg", bear, captions=("A bear and a fox.",))
    asked = [[one for n in range(9) for one in _make([clue], "classification", seed=n)] for clue in (alone, beside)]
    assert [any("/kind/" in one.prompt_version for one in found) for found in asked] == [True, False]


@pytest.mark.parametrize(
    ("form", "shown"),
    [("share", "[0.100, 0.250, 0.300, 1.000]"), ("thousand", "[100, 250, 300, 1000]"), ("pixel", "[32, 60, 96, 240]")],
)
def test_region__box_in_the_form_asked_for_and_cut_to_the_picture(form: str, shown: str) -> None:
    clue = Clue("1.jpg", (), (ObjectClass("dog", 1, True),), (Box("dog", (32, 60, 64, 999)),), width=320, height=240)
    texts = [text for n in range(9) for pair in _said(_make([clue], "region", seed=n, boxes=form)) for text in pair]
    assert any(shown in text for text in texts)
    shares = Clue("1.jpg", (), (ObjectClass("dog", 1),), (Box("dog", (0.1, 0.25, 0.2, 0.75)),), width=320, height=240)
    assert shown in _said(_make([shares], "region", boxes=form))[0][0]


def test_region__crowds_and_tiny_boxes__are_not_asked_about() -> None:
    boxes = (Box("person", (0, 0, 300, 200), crowd=True), Box("dog", (5, 5, 3, 3)))
    clue = Clue("1.jpg", (), (ObjectClass("person", 1), ObjectClass("dog", 1, True)), boxes, width=320, height=240)
    assert _make([clue], "region") == []


def test_vqa__answer_of_most_people_and_the_hook_for_longer_ones() -> None:
    questions = (Question("is it red", {"no": 6, "yes": 4}), Question("Which?", {"a": 1, "b": 1}))
    clue = Clue("1.jpg", questions=questions)
    asked = []

    def expand(question: str, answer: str) -> str:
        asked.append((question, answer))
        return f"It is not red: {answer}."

    answers = {said for n in range(20) for _, said in _said(_make([clue], "vqa", seed=n, expand=expand))}
    assert answers == {"No", "It is not red: no."}
    assert set(asked) == {("Is it red?", "no")}


def test_vqa__choices_and_reasons() -> None:
    question = Question("What is it?", {"dog": 9}, ("cat", "dog"), "It barks.", "dog")
    clue = Clue("1.jpg", questions=(question,))
    answers = {said for n in range(40) for _, said in _said(_make([clue], "vqa", seed=n))}
    assert answers == {"Dog. It barks.", "B", "B. dog"}


def test_templates__unknown_slot_in_a_file_of_the_workspace__one_sentence(tmp_path: Path) -> None:
    (tmp_path / "caption.toml").write_text("[caption]\nask = ['Say {what}.']\nanswer = ['{caption}']")
    about = About(negatives.statistics([]), templates.load(tmp_path))
    with pytest.raises(templates.TemplateError, match=r"slot \{what\}; it may use \{caption\}"):
        list(adapt.candidates([ONE], about, ["caption"], 1, 0))


def test_row__llava_with_provenance() -> None:
    found = row(_make([ONE], "caption")[0], 3)
    assert (found["id"], found["image"]) == ("1-3", "1.jpg")
    assert found["conversations"][0]["value"].startswith("<image>\n")
    assert found["winnow"]["prompt"].startswith("caption/caption/")
    assert found["winnow"]["clue"].startswith("This is a picture which can be described as A dog. Dogs at home.")
    assert "model" not in found["winnow"]
