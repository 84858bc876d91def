"""Where texts mark pictures, in the spellings of many trainers."""

from __future__ import annotations

import pytest

from curation.formats import marks
from curation.formats.conversation import Conversation, Message

SPELLINGS = (
    "<image>", "<|image|>", "<img>", "<|vision_start|><|image_pad|><|vision_end|>", "<ImageHere>", "<start_of_image>",
    "<|image_1|>", "<image_1>", "<image_00>", "<image 1>", "[IMG]", "<image_placeholder>", "<img><ImageHere></img>",
    "<IMAGE>", "<|media_start|>image<|media_content|><|media_pad|><|media_end|>", "<__dj__image>",
    "<image_soft_token>", "(<image>./</image>)", "<|img|>", "<|image_pad|>", "<IMG_CONTEXT>",
)  # fmt: skip


def _row(text: str, *images: str) -> Conversation:
    return Conversation("1", (Message("user", text), Message("assistant", "A dog.")), images)


@pytest.mark.parametrize("mark", SPELLINGS)
def test_mark__stands_for_the_picture_of_the_row(mark: str) -> None:
    row = _row(f"{mark}\nWhat is it?", "a.jpg")
    assert marks.count(row) == 1
    assert marks.usual(row).messages[0].text == "<image>\nWhat is it?"


def test_marks__one_for_each_picture() -> None:
    row = _row("Image-1: <image_1> and <image_2>?", "a.jpg", "b.jpg")
    assert marks.usual(row).messages[0].text == "Image-1: <image> and <image>?"


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("Which tag is right, <img> or <picture>?", ()),
        ("<image>\nWhat does [IMG] mean?", ("a.jpg",)),
        ("What?", ("a.jpg",)),
    ],
)
def test_marks__text_that_only_speaks_of_one__stays(text: str, images: tuple[str, ...]) -> None:
    assert marks.usual(_row(text, *images)).messages[0].text == text


def test_marks__of_a_tool__count() -> None:
    spoken = (Message("user", "<|image|>Zoom."), Message("tool", "<|image|>"), Message("assistant", "A sign."))
    assert marks.count(Conversation("1", spoken, ("a.jpg", "b.jpg"))) == 2
