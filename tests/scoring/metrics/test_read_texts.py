"""What is read in pictures, how much of them it is, and quotes that cannot be read there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scoring.features import read_texts
from scoring.image.reading import ReadLine
from scoring.item import Image, TurnItem
from scoring.metric import Batch, Result
from scoring.metrics import quoted_text, text_density

Turns = Callable[..., TurnItem]


def line(text: str, box: tuple[float, float, float, float] = (0.0, 0.0, 0.5, 0.5)) -> ReadLine:
    return {"text": text, "confidence": 0.9, "box": list(box)}


def test_text_density__lines_cover_a_share_and_overlaps_count_once() -> None:
    pictures = [[], [line("A")], [line("A"), line("B")], [line("A"), line("B", (0.5, 0.5, 1.0, 1.0))]]
    images = [Image(number, f"/{number}.png", 10, 10) for number in range(4)]
    results = text_density.score(Batch(images, {"read_texts": pictures}), None)
    assert [result.value for result in results] == [0.0, 25.0, 25.0, 50.0]


def quoted(item: TurnItem, *lines: str) -> Result:
    return quoted_text.score(Batch([item], {"read_texts": [[[line(text) for text in lines]]]}), None)[0]


def test_quoted_text__words_that_were_not_read_are_pointed_at(turn: Turns) -> None:
    response = 'A bus with a sign that says "Airport" and a plate that reads "XK 12".'
    result = quoted(turn(response), "AIRPORT EXPRESS")
    (vote,) = result.votes
    assert (result.value, result.flags) == (1.0, ())
    assert response[vote.start : vote.end] == vote.text == "XK 12"
    assert "AIRPORT EXPRESS" in vote.detail


def test_quoted_text__nearly_read_or_captioned_counts(turn: Turns) -> None:
    response = 'A shop sign that says "Bakery".'
    assert quoted(turn(response), "BAKEPY").value == 0.0
    assert quoted(turn(response, captions=("The sign of a bakery.",)), "OPEN").value == 0.0


def test_quoted_text__nothing_quoted_or_nothing_read_is_not_applicable(turn: Turns) -> None:
    assert quoted(turn("A bus."), "BUS").value is None
    assert quoted(turn('A sign that says "Bakery".')).value is None


def test_read_texts__reads_a_picture_and_nothing_on_a_bare_one(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="the package rapidocr is not installed")
    import cv2

    sign = np.full((120, 360, 3), 255, np.uint8)
    cv2.putText(sign, "STOP", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (0, 0, 160), 4)
    paths = [str(tmp_path / "sign.png"), str(tmp_path / "bare.png")]
    cv2.imwrite(paths[0], sign)
    cv2.imwrite(paths[1], np.full((120, 360, 3), 255, np.uint8))
    images = [Image(number, path, 360, 120) for number, path in enumerate(paths)]
    (read,), bare = read_texts.compute(images, read_texts.load({}))
    assert read["text"] == "STOP"
    left, top, right, bottom = read["box"]
    assert left < 0.3 < 0.5 < right
    assert top < 0.5 < bottom
    assert bare == []
