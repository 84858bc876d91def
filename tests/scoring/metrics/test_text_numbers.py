"""Length, readability, repetition, granularity and complexity of texts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scoring.metric import Result

Score = Callable[..., Result]


def test_response_length__words_without_markup(score_turn: Score) -> None:
    assert score_turn("response_length", "A dog isn't <ref>here</ref>, 2 cats are.").value == 7.0
    assert score_turn("response_length", "").value == 0.0


def test_instruction_length__image_mark_is_no_word(score_turn: Score) -> None:
    assert score_turn("instruction_length", "x", instruction="<image>\nWhat is this?").value == 3.0


def test_text_logprob__noise_below_prose_below_boilerplate(score_turn: Score) -> None:
    noise, prose, boilerplate = (
        score_turn("text_logprob", text).value
        for text in ("Zxq vbnmq qwzr.", "A man is riding a brown horse.", "It is that of the and to the.")
    )
    assert noise is not None
    assert prose is not None
    assert boilerplate is not None
    assert noise < -15 < prose < -4.5 < boilerplate < 0


def test_text_readability__percentile_of_ordinary_english(score_turn: Score) -> None:
    values = [
        score_turn("text_readability", text).value
        for text in ("Zxq vbnmq qwzr.", "A white bridge spans a narrow canal.", "It is that of the and to the.")
    ]
    assert values[0] == 0.0
    assert values[1] is not None
    assert 0.05 < values[1] < 0.95
    assert values[2] == 1.0


@pytest.mark.parametrize("name", ["text_logprob", "text_readability"])
def test_readability__no_words_is_not_applicable(score_turn: Score, name: str) -> None:
    assert score_turn(name, "<image> 12 !").value is None


def test_repetition__loop_against_prose(score_turn: Score) -> None:
    loop = score_turn("repetition", "the dog runs in the park and " * 6).value
    prose = score_turn("repetition", "A man in a red coat walks his small dog along the quiet beach.").value
    assert loop is not None
    assert loop > 0.7
    assert prose == 0.0
    assert score_turn("repetition", "Yes yes yes.").value is None


def test_granularity__distinct_objects_and_regions(score_turn: Score) -> None:
    for instruction, count in (
        ("Describe the image.", 0.0),
        ("Is the dog on the couch a puppy?", 2.0),
        ("What is the man in [0.1, 0.2, 0.3, 0.4] holding?", 2.0),
    ):
        assert score_turn("granularity", "x", instruction=instruction).value == count, instruction


def test_instruction_complexity__grows_with_what_is_asked(score_turn: Score) -> None:
    values = [
        score_turn("instruction_complexity", "x", instruction=text).value or 0.0
        for text in (
            "<image>",
            "Describe the image.",
            "What is the dog eating?",
            "Compare the two men who hold umbrellas and explain why the taller one looks at the bus.",
        )
    ]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert values[2] == 3.0
    assert values[3] >= 8.0


def test_readability_asset__percentiles_rise_and_say_where_from() -> None:
    from scoring.text import readability

    data = json.loads(readability._REFERENCE.read_text(encoding="utf-8"))
    assert len(data["percentiles"]) == 101
    assert all(low < high for low, high in zip(data["percentiles"], data["percentiles"][1:], strict=False))
    assert "PSF" in data["about"]
