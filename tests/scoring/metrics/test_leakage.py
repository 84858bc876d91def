from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring.metric import Result

Score = Callable[..., Result]


@pytest.mark.parametrize(
    ("response", "phrase"),
    [
        ("The given description does not mention what the weather is like.", "The given description does not mention"),
        ("Based on the provided captions, a man rides.", "Based on the provided captions"),
        ("According to the bounding boxes, the dog is left.", "According to the bounding boxes"),
        ("The colour is not mentioned in the description.", "not mentioned in the description"),
        ("It cannot be told from the information provided.", "information provided"),
        ("The caption says it is a dog.", "The caption says"),
        ("In the given text, a cat sleeps.", "In the given text"),
        ("The annotations indicate two dogs.", "The annotations indicate"),
    ],
)
def test_leakage__phrase_is_flagged(score_turn: Score, response: str, phrase: str) -> None:
    result = score_turn("leakage", response)
    flag = result.flags[0]
    assert phrase in flag.text or flag.text in phrase
    assert response[flag.start : flag.end] == flag.text
    assert flag.kind == "leakage"
    assert result.value == len(result.flags)


@pytest.mark.parametrize(
    "response",
    [
        "A sign gives information to visitors.",
        "Based on his clothes, the man is a chef.",
        "The text on the sign reads STOP.",
        "A man reads a description of a painting.",
        "The image does not show a dog.",
    ],
)
def test_leakage__ordinary_sentence_is_not_flagged(score_turn: Score, response: str) -> None:
    assert score_turn("leakage", response) == Result(0.0)
