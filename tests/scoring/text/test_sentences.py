from __future__ import annotations

from scoring.text import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.spans(text)]


def test_spans__punctuation_and_line_breaks() -> None:
    assert split("A dog. Two cats!\n\nIs it? ") == ["A dog.", "Two cats!", "Is it?"]


def test_spans__forgotten_full_stop() -> None:
    assert split("a road with no people  In the corner is a tv.") == [
        "a road with no people",
        "In the corner is a tv.",
    ]


def test_spans__abbreviations_do_not_end() -> None:
    assert split("Mr. Smith of the U.S. team sat.") == ["Mr. Smith of the U.S. team sat."]


def test_spans__nothing_in_white_space() -> None:
    assert split(" \n ") == []
