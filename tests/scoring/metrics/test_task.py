from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.item import TurnItem
from scoring.metric import Result
from scoring.text import tasks

Score = Callable[..., Result]
WORDINGS = json.loads(Path(__file__).with_name("task_wordings.json").read_text(encoding="utf-8"))
LONG = "A man rides a horse along the beach while a dog runs behind him. " * 4


@pytest.mark.parametrize(
    ("instruction", "task"),
    [
        ("Give a brief caption.", "captioning"),
        ("Sum up the picture in one sentence.", "captioning"),
        ("Describe this image in detail.", "detailed description"),
        ("Is there a dog in the image?", "object existence"),
        ("Do you see any buses here?", "object existence"),
        ("Is a toaster visible?", "object existence"),
        ("Which objects appear in the photo?", "object listing"),
        ("Name all the things you can spot.", "object listing"),
        ("How many people are there?", "counting"),
        ("What colour is the car?", "visual question answering"),
        ("Why is the man running?", "complex reasoning"),
        ("What might happen next?", "complex reasoning"),
        ("What does the sign say?", "text reading"),
        ("Read the text on the bottle.", "text reading"),
        ("What is in [0.1, 0.2, 0.5, 0.6]?", "region understanding"),
        ("Give the bounding box of the dog.", "region understanding"),
        ("What breed of dog is this?", "classification"),
        ("What is this?\nA. dog\nB. cat", "multiple choice"),
        ("Does the text match the image?", "image text matching"),
        ("Thanks, that helps a lot!", "conversation"),
    ],
)
def test_task__instruction(score_turn: Score, instruction: str, task: str) -> None:
    assert score_turn("task", "A dog.", instruction=f"<image>\n{instruction}").label == task


def test_task__open_description_is_told_by_its_length(score_turn: Score) -> None:
    about = {"instruction": "<image>\nWhat is happening in this picture? Describe the scene."}
    assert score_turn("task", "A man rides.", **about).label == "captioning"
    assert score_turn("task", LONG, **about).label == "detailed description"


def test_task__without_image_text_only_but_not_where_the_file_is_missing(score_turn: Score) -> None:
    assert score_turn("task", "x", instruction="Write a haiku.", images=0).label == "text only"
    assert score_turn("task", "x", instruction="<image>\nCount the dogs.", images=0).label == "counting"


def test_tasks__names_are_distinct() -> None:
    names = [task.name for task in tasks.load()]
    assert len(names) == len(set(names))


def test_task__coco_vlit(coco_vlit: list, score_many: Callable) -> None:
    items = [
        (TurnItem(record.sample, turn), record.truth["task"]) for record in coco_vlit for turn in record.sample.turns
    ]
    results = score_many("task", [item for item, _ in items])
    right = sum(result.label == task for result, (_, task) in zip(results, items, strict=True))
    assert right / len(items) > 0.98


@pytest.mark.parametrize("source", list(WORDINGS))
def test_task__stock_prompts_and_other_wordings(score_turn: Score, source: str) -> None:
    answers = {"detailed description": LONG}
    wrong = []
    pairs = [(task, wording) for task, wordings in WORDINGS[source].items() for wording in wordings]
    for task, wording in pairs:
        label = score_turn("task", answers.get(task, "A dog."), instruction=f"<image>\n{wording}").label
        if label != task:
            wrong.append((wording, label))
    least = 0.9 if source in ("unseen", "later") else 0.95
    assert len(wrong) <= (1 - least) * len(pairs), wrong


def test_task__says_how_sure_it_is_and_what_it_does_not_know_is_unclear(score_turn: Score) -> None:
    sure = score_turn("task", "Three.", instruction="<image>\nHow many dogs are there?")
    several = score_turn("task", "A dog.", instruction="<image>\nWrite a caption and count the dogs.")
    unclear = score_turn("task", "A dog.", instruction="<image>\nBlue, perhaps, or green.")
    assert (sure.label, unclear.label) == ("counting", "unclear")
    assert sure.value is not None
    assert several.value is not None
    assert unclear.value is not None
    assert sure.value > several.value > 0.5 > unclear.value


def test_task__answers_that_are_boxes_only__are_about_regions(score_turn: Score) -> None:
    answer = score_turn("task", "[0.1, 0.2, 0.5, 0.6]", instruction="<image>\nThe dog on the left")
    assert answer.label == "region understanding"


def test_task__text_given_to_help__is_no_instruction(score_turn: Score) -> None:
    instruction = "<image>\nProvide a one-sentence caption.\nReference OCR token: HOW, MANY, OPTIONS:"
    assert score_turn("task", "A sign.", instruction=instruction).label == "captioning"
