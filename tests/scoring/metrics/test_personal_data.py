"""Personal data by its form, and numbers that are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring.metric import Result
from scoring.text import personal

Score = Callable[..., Result]


@pytest.mark.parametrize(
    ("text", "kind", "characters"),
    [
        ("Write to jane.doe@example.com.", "e-mail address", "jane.doe@example.com"),
        ("Call 555-123-4567 now", "phone number", "555-123-4567"),
        ("Tel. +49 30 1234567", "phone number", "+49 30 1234567"),
        ("It reads (415) 555-0123.", "phone number", "(415) 555-0123"),
        ("call me at 555-0199", "phone number", "555-0199"),
        ("My card is 4111 1111 1111 1111.", "card number", "4111 1111 1111 1111"),
        ("Pay to DE89 3704 0044 0532 0130 00 please", "IBAN", "DE89 3704 0044 0532 0130 00"),
        ("He lives at 221B Baker Street, London", "postal address", "221B Baker Street, London"),
        ("Hauptstraße 12, 10115 Berlin", "postal address", "Hauptstraße 12, 10115 Berlin"),
        ("12 rue de Rivoli, 75001 Paris", "postal address", "12 rue de Rivoli, 75001 Paris"),
    ],
)
def test_find__tells_the_kind_and_the_characters(text: str, kind: str, characters: str) -> None:
    (match,) = personal.find(text)
    assert (match.kind, text[match.start : match.end]) == (kind, characters)


@pytest.mark.parametrize(
    "text",
    [
        "The clock shows 10:35.", "The box is at [120, 34, 560, 412].", "It was built in 1999-2004.",
        "The ISBN is 978-3-16-148410-0.", "1234 5678 9012 3456", "4111 1111 1111 1112", "DE88 3704 0044 0532 0130 00",
        "<box>0.12 0.33 0.55 0.81</box>", "A man stands on Baker Street.", "The address 192.168.0.1", "0.25 0.33 0.12",
        "@username stands on a sign", "12 000 000 people", "(120,34),(560,412)", "The scores are 21-15 21-18",
    ],
)  # fmt: skip
def test_find__other_numbers_and_names__are_left_alone(text: str) -> None:
    assert personal.find(text) == []


def test_score__flags_each_place_in_the_response_and_says_what_the_instruction_has(score_turn: Score) -> None:
    response = "Mail ann@example.org or bob@example.org."
    result = score_turn("personal_data", response, instruction="My mail is me@example.org. Who else?")
    assert result.value == 3
    assert [response[flag.start : flag.end] for flag in result.flags[:2]] == ["ann@example.org", "bob@example.org"]
    assert result.flags[2].start is None
    assert "e-mail address" in result.flags[2].reason
