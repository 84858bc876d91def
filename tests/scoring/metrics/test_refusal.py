from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring.metric import Result

Score = Callable[..., Result]


@pytest.mark.parametrize(
    "response",
    [
        "I'm sorry, but I cannot help with that request.",
        "I’m sorry, I can’t assist with that.",
        "As an AI language model, I don't have eyes.",
        "I am unable to see the image.",
        "I cannot view images.",
        "I'm unable to assist.",
        "Sorry, but there is no image attached.",
        "I can't provide a description of this person.",
        "Please upload the image so that I can describe it.",
        "I'm just an AI and have no opinion.",
        "I do not have the ability to look at pictures.",
    ],
)
def test_refusal__is_flagged(score_turn: Score, response: str) -> None:
    result = score_turn("refusal", response)
    assert result.value == 1.0
    (flag,) = result.flags
    assert flag.kind == "refusal"
    assert response[flag.start : flag.end] == flag.text


@pytest.mark.parametrize(
    "response",
    [
        "No, there is no dog.",
        "The man cannot reach the shelf.",
        'A sign says "I am sorry, but I cannot help you".',
        "I cannot see any dog in this photo.",
        "I can't find a toaster here.",
        "I'm afraid I do not see a dog.",
        "The shop is unable to open today.",
        "I do not see a train.",
        "I am not able to spot a bench in the scene.",
    ],
)
def test_refusal__ordinary_negative_is_not(score_turn: Score, response: str) -> None:
    assert score_turn("refusal", response) == Result(0.0)
