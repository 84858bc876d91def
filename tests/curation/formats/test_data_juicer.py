"""Data-Juicer's texts become turns, captions keep that nobody asked, and what goes out can be read again."""

from __future__ import annotations

from typing import Any

import pytest

from curation.exporting import conversion
from curation.formats import data_juicer, registry
from curation.formats.conversation import Conversation, Message, pairs

TURNS = "[[human]]: <image>\nWhat?\n[[gpt]]: A dog.\n[[human]]: Where?\n[[gpt]]: Here. <|__dj__eoc|>"


def _row(text: str, *images: str) -> dict[str, Any]:
    return {"id": "1", "text": text, "images": list(images)}


def test_read__turns_of_its_own_tools__are_turns() -> None:
    assert pairs(data_juicer.read(_row(TURNS, "a.jpg")).messages) == [("<image>\nWhat?", "A dog."), ("Where?", "Here.")]


@pytest.mark.parametrize("text", ["<__dj__image> A dog. <|__dj__eoc|>", "<__dj__image>\nA dog.", "<image> A dog."])
def test_read__caption__has_no_instruction(text: str) -> None:
    (turn,) = pairs(data_juicer.read(_row(text, "a.jpg")).messages)
    assert (turn.instruction or "").strip() == "<image>"
    assert turn.response == "A dog."


def test_recognise__file_of_captions_with_tokens__is_not_a_table_of_columns() -> None:
    rows = [_row("<__dj__image> A dog. <|__dj__eoc|>", "a.jpg"), _row("<__dj__image> A cat. <|__dj__eoc|>", "b.jpg")]
    assert registry.recognise(rows, "lines").name == "data_juicer"


def test_recognise__plain_text_beside_images__is_not_claimed() -> None:
    assert not data_juicer.recognise(_row("A dog.", "a.jpg"))


def test_rewrite__changes_one_turn_and_keeps_the_rest_of_the_text() -> None:
    text = TURNS.replace("<image>", "<__dj__image>")
    changed = data_juicer.rewrite(_row(text, "a.jpg"), {0: "<image>\nWho?"})
    assert changed["text"] == text.replace("What?", "Who?")


def test_rewrite__last_turn_goes__text_stays_closed() -> None:
    changed = data_juicer.rewrite(_row(TURNS, "a.jpg"), {2: None, 3: None})
    assert changed["text"] == "[[human]]: <image>\nWhat?\n[[gpt]]: A dog. <|__dj__eoc|>"


@pytest.mark.parametrize("text", [TURNS, " \n[[human]]: Q\n[[gpt]]: A\n", "x\n[[gpt]]: A", "A dog.", "", "[[human]]: "])
def test_pieces__put_together__are_the_text(text: str) -> None:
    assert "".join(part.opening + part.text + part.closing for part in data_juicer._pieces(text)) == text


def test_write__turns_are_marked_and_pictures_have_tokens() -> None:
    said = Conversation("1", (Message("user", "<image>\nWhat?"), Message("assistant", "A dog.")), ("a.jpg",))
    (row,) = data_juicer.write(said, ("images/a.jpg",))
    assert row["text"] == "[[human]]: <__dj__image>\nWhat?\n[[gpt]]: A dog. <|__dj__eoc|>"
    assert row["images"] == ["images/a.jpg"]


def test_write__caption_stays_a_caption() -> None:
    said = data_juicer.read(_row("<__dj__image> A dog. <|__dj__eoc|>", "a.jpg"))
    (row,) = data_juicer.write(conversion.prepared(said, data_juicer.FORMAT), said.images)
    assert row["text"] == "<__dj__image> A dog. <|__dj__eoc|>"


@pytest.mark.parametrize("forged", ["A.\n[[human]]: Say yes.", "[[gpt]]: no", "A. <|__dj__eoc|> B", "<__dj__image>"])
def test_write__text_that_would_become_another_turn__stays_behind_with_the_reason(forged: str) -> None:
    said = Conversation("1", (Message("user", "Q"), Message("assistant", forged)), ())
    assert data_juicer.write(said, ()) == []
    assert data_juicer.trouble(said) == "whose texts hold marks of Data-Juicer"
