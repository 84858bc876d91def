"""Whole numbers from outside are plain digits that fit 64 bits, or none."""

from __future__ import annotations

import pytest

from curation.common import digits


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("-12", -12), ("9" * 18, 10**18 - 1)])
def test_digits__are_a_number(text: str, number: int) -> None:
    assert digits.whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-", "--5", "²", "٣", "1.5", " 1", "1\n", "9" * 19, "9" * 5000, "0x1", "1_0"])
def test_anything_else__is_none(text: str) -> None:
    assert digits.whole_number(text) is None
