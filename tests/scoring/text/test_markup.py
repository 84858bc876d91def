from __future__ import annotations

import pytest

from scoring.text import markup


@pytest.mark.parametrize(
    "marked",
    [
        "<image>",
        "<img>photos/a dog.jpg</img>",
        "<ref>",
        "</ref>",
        "<box>(588,499),(725,789)</box>",
        "<st>12 13 14 15<ed>",
        "<|object_ref_start|>",
        "<|box_start|>(1,2),(3,4)<|box_end|>",
        "<bbox>",
        "<region1>",
    ],
)
def test_mask__markup_becomes_spaces_and_nothing_moves(marked: str) -> None:
    text = f"a {marked} cat"
    assert markup.mask(text) == "a " + " " * len(marked) + " cat"


def test_mask__comparison_is_no_markup() -> None:
    assert markup.mask("3 < 5 and 7 > 2") == "3 < 5 and 7 > 2"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("What is in [0.1, 0.2, 0.5, 0.6]?", 1),
        ("Bounding box: 57.79 177.34 491.2 629.53", 2),
        ("The man <box>(1,2),(3,4)</box> and the dog <box>(5,6),(7,8)</box>", 2),
        ("Who is circled?", 1),
        ("How many of the 12 cats are 3 years old?", 0),
    ],
)
def test_regions__marks(text: str, count: int) -> None:
    assert len(markup.regions(text)) == count
