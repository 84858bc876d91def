"""Texts that somebody wrote to stall scoring: every text metric takes a time in proportion to their length."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from curation.exporting import conversion
from curation.formats.conversation import Conversation, Message
from curation.generation.llm import parsing
from curation.images.coordinates import Geometry
from curation.views.sample import marks
from scoring import registry
from scoring.item import Evidence, Image, Sample, Turn, TurnItem
from scoring.judge import answers
from scoring.metric import Batch
from scoring.text import negation, words

LENGTH = 60_000
SECONDS = 0.6
"""More than an instruction and a response of that length take anywhere, and far less than looking at all pairs."""
STEEPEST = 9
"""Four times the text takes four times the time, or sixteen times where the time grows with the square."""
UNITS = (
    "not a dog ", "no dogs, ", "no dog and ", "a dog, a cat and ", "dog ", "if a dog ", "like a dog ", "or dog, ", " ",
    "<image>", "\n", "a", "7", "1 2 3 4 ", "[1,2,3,4] ", "[1,", "(", '"', "“dog” ", "'", "e\u0301", ". ", "A dog. ",
    "a The ", "Mr. ", "dog is not visible ", "i'm sorry ", "<img>", "<box>", "<st>", "<image1", "other than ", "what ",
    "would a dog ", "says \" dog ", "all the objects ", "a) b ", "does the text ", "toy ", "striped coat ", "dog's ",
    "!", "?", "1.", "is something a a ", "descri", "the given description ", "{", "[", '{"a": ', '"a": "', "a:\n", "_",
    "```\n", "</img>", "\\", "<think>",
)  # fmt: skip
_EVIDENCE = Evidence(("dog", "dining table"), ("A dog sits under a table.",), ("dog", "cat", "person", "dining table"))


def _names() -> list[str]:
    texts = {name: module.METRIC for name, module in registry.metric_modules().items()}
    metrics = [
        name for name, metric in texts.items() if metric.builtin and metric.subject != "image" and not metric.needs
    ]
    features = {name: module.FEATURE for name, module in registry.feature_modules().items()}
    return metrics + [name for name, one in features.items() if one.subject == "turn" and not one.params]


def _scorer(name: str) -> Callable[[str], Any]:
    module = registry.metric_modules().get(name) or registry.feature_modules()[name]
    model = module.load({})

    def score(text: str) -> Any:
        turn = Turn(0, 0, text, text)
        items = [TurnItem(Sample(0, (turn,), (Image(0, "/a.jpg", 1, 1),), _EVIDENCE), turn)]
        return module.score(Batch(items), model) if hasattr(module, "score") else module.compute(items, model)

    score("a dog")
    return score


def _seconds(act: Callable[[str], Any], text: str) -> float:
    began = time.thread_time()
    act(text)
    return time.thread_time() - began


def _is_slow(act: Callable[[str], Any], unit: str) -> bool:
    """Whether it looks so three times in a row: other work on the machine may slow one look, and not the next."""
    return all(_looks_slow(act, unit) for _ in range(3))


def _looks_slow(act: Callable[[str], Any], unit: str) -> bool:
    quarter = _seconds(act, _repeated(unit, LENGTH // 4))
    if 4 * quarter < SECONDS / 4:  # nothing to see, or no more than a text of a quarter of the length shows
        return False
    return quarter > SECONDS or _seconds(act, _repeated(unit, LENGTH)) > max(STEEPEST * quarter, SECONDS)


def _repeated(unit: str, length: int) -> str:
    return unit * (length // len(unit))


@pytest.mark.parametrize("name", _names())
def test_metric__of_a_text_that_repeats_one_thing_takes_a_time_in_proportion(name: str) -> None:
    score = _scorer(name)
    assert [unit for unit in UNITS if _is_slow(score, unit)] == []


@pytest.mark.parametrize("name", ["hallucination", "object_match", "word_support", "task"])
@pytest.mark.parametrize("unit", ["not a dog ", "dog ", "A red cup stands near the old table. ", " ", "<image>"])
def test_metric__of_a_megabyte_as_instruction_and_as_response_takes_seconds(name: str, unit: str) -> None:
    assert _seconds(_scorer(name), _repeated(unit, 1_000_000)) < 6  # two megabytes; idle machines take a third


_READERS: dict[str, Callable[[str], Any]] = {
    "generated answer": lambda text: _none_of(parsing.Unreadable, parsing.read, text),
    "judge's vote": lambda text: _none_of(answers.Malformed, answers.yes_no, text),
    "judge's score": lambda text: _none_of(answers.Malformed, answers.score, text),
    "boxes": lambda text: marks.of("llava", "{}", [text], [Geometry(10, 10)]),
    "pieces": lambda text: marks.pieces(text, ()),
    "marked": lambda text: conversion.marked(Conversation("1", (Message("user", text),), ("a.jpg",))),
}


def _none_of(error: type[Exception], read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except error:
        return None


@pytest.mark.parametrize("reader", _READERS)
def test_reader__of_a_text_that_repeats_one_thing_takes_a_time_in_proportion(reader: str) -> None:
    assert [unit for unit in UNITS if _is_slow(_READERS[reader], unit)] == []


def test_silent__a_cue_everywhere__has_the_same_reasons_as_each_alone() -> None:
    assert negation.silent(words.sequence("no dog and a cat")) == ["", "negated", "", "", ""]
    assert negation.silent(words.sequence("not a dog not a cat")) == ["", *["negated"] * 5]
    assert negation.silent(words.sequence("no dogs, cats or birds but a cow"))[1:6] == ["negated"] * 5
