"""Stored names and numbers as people read them."""

from __future__ import annotations

import pytest

from curation.common import display


def test_words__a_stored_name_is_read_as_words() -> None:
    assert display.words("empty_response") == "empty response"
    assert display.title("empty_response") == "Empty response"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9, "share of white", "90 % of white"),
        (0.0, "0 or 1", "0"),
        (0.2011, "", "0.201"),
        (12.0, "words", "12 words"),
    ],
)
def test_quantity__a_share_is_percent_and_a_range_is_no_unit(value: float, unit: str, text: str) -> None:
    assert display.quantity(value, unit) == text


@pytest.mark.parametrize(
    ("lower", "higher", "text"),
    [
        (0.0, 0.993, "lowest 1 %"),
        (0.0, 0.6, "lowest 40 %"),  # many samples share the lowest value
        (0.88, 0.0, "highest 12 %"),
        (0.0, 0.0, "lowest 100 %"),
    ],
)
def test_rank__counts_the_samples_with_the_same_value(lower: float, higher: float, text: str) -> None:
    assert display.rank(lower, higher) == text
