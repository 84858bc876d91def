from __future__ import annotations

from typing import Any

import pytest

from curation.formats import llava, registry
from curation.formats.conversation import Message, MessagePair, RejectedRowError, pairs
from curation.formats.registry import UnknownFormatError

TURN = [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]


@pytest.mark.parametrize(
    ("image", "expected"),
    [("a.jpg", ("a.jpg",)), (["a.jpg", "b.jpg"], ("a.jpg", "b.jpg")), (None, ()), ("", ())],
)
def test_read__image_as_string_list_or_nothing(image: Any, expected: tuple[str, ...]) -> None:
    assert llava.read({"image": image, "conversations": TURN}).images == expected


def test_read__text_only_row_without_id__is_kept() -> None:
    found = llava.read({"conversations": TURN})
    assert (found.source_id, found.images, len(found.messages)) == (None, (), 2)


def test_read__video__is_noted() -> None:
    assert llava.read({"video": "a.mp4", "conversations": TURN}).videos == ("a.mp4",)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (["no object"], "not_an_object"),
        ({"id": 1}, "no_conversation"),
        ({"conversations": []}, "no_conversation"),
        ({"conversations": ["text"]}, "bad_message"),
        ({"conversations": [{"from": "human", "value": 17}]}, "bad_message"),
        ({"conversations": TURN, "image": {"path": "a"}}, "bad_image"),
    ],
)
def test_read__row_that_is_none__named_outcome(row: Any, outcome: str) -> None:
    with pytest.raises(RejectedRowError) as caught:
        llava.read(row)
    assert caught.value.outcome == outcome


def test_registry__recognises_llava_and_nothing_else() -> None:
    assert registry.recognise([{"conversations": TURN}, 17], "list") is llava.FORMAT
    with pytest.raises(UnknownFormatError, match="known format"):
        registry.recognise([{"said": []}], "list")


def test_write__conversation_comes_back_as_it_was() -> None:
    row = {"id": "1", "image": ["a.jpg", "b.jpg"], "conversations": TURN}
    said = llava.read(row)
    assert llava.write(said, said.images) == [row]


def test_pairs__unanswered_and_leading_messages_keep_their_text() -> None:
    messages = (
        Message("assistant", "early"),
        Message("user", "one"),
        Message("user", "two"),
        Message("assistant", "reply"),
    )
    assert pairs(messages) == [MessagePair(None, "early"), MessagePair("one", None), MessagePair("two", "reply")]
