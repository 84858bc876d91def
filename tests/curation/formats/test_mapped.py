"""Rows read by a mapping: what they say, and where new texts go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from curation.formats import column_mapping, mapped, registry
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, pairs


def _format(**columns: str) -> Format:
    return mapped.format_of(column_mapping.of(columns))


def _texts(row: Conversation) -> list[tuple[str | None, str | None]]:
    return [tuple(pair) for pair in pairs(row.messages)]


def test_read__every_role_comes_from_its_column() -> None:
    row_format = _format(
        instruction="q", response="a", image="pic", images="more", system="sys", id="no", rejected="bad"
    )
    row = {"q": "What?", "a": "A dog.", "pic": "1.jpg", "more": ["2.jpg"], "sys": "Be brief.", "no": 7, "bad": "A cat."}
    conversation = row_format.read(row)
    assert _texts(conversation) == [("What?", "A dog.")]
    assert conversation.images == ("1.jpg", "2.jpg")
    assert (conversation.system, conversation.source_id, conversation.rejected) == ("Be brief.", "7", "A cat.")


def test_read__videos_and_frames_come_from_their_column() -> None:
    row_format = _format(instruction="q", response="a", video="clip")
    assert row_format.read({"q": "What?", "a": "A dog.", "clip": "1.mp4"}).videos == ("1.mp4",)
    frames = row_format.read({"q": "What?", "a": "A dog.", "clip": ["1.jpg", "2.jpg"]})
    assert (frames.images, len(frames.videos)) == ((), 1)
    assert row_format.read({"q": "What?", "a": "A dog.", "clip": None}).videos == ()


def test_read__row_without_a_column_of_texts__is_a_named_outcome__without_a_picture_it_is_text_only() -> None:
    row_format = _format(instruction="q", response="a", image="pic")
    with pytest.raises(RejectedRowError, match="no column 'a'") as rejected:
        row_format.read({"q": "What?", "pic": "1.jpg"})
    assert rejected.value.outcome == "missing_column"
    assert row_format.read({"q": "What?", "a": "A dog."}).images == ()
    with pytest.raises(RejectedRowError) as rejected:
        row_format.read("text")
    assert rejected.value.outcome == "not_an_object"


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ("a.jpg,b.jpg", ("a.jpg", "b.jpg")),
        ({"bytes": None, "path": "a.png"}, ("a.png",)),
        ([{"url": "http://x/a.png"}], ("http://x/a.png",)),
        (139, ("139.jpg",)),
        ("000139", ("000139.jpg",)),
        ([None, ""], ()),
    ],
)
def test_read__pictures_in_every_shape_that_tables_have(held: object, names: tuple[str, ...]) -> None:
    assert _format(response="a", image="pic").read({"a": "A dog.", "pic": held}).images == names


def test_caption__gets_an_instruction_of_ours__which_is_no_part_of_the_row() -> None:
    row_format = _format(response="caption", image="file")
    row = {"caption": "A dog.", "file": "1.jpg"}
    assert row_format.read(row).messages[0].text
    assert row_format.rewrite(row, {0: "Another?", 1: "A cat."}) == row | {"caption": "A cat."}


WHOLE: list[object] = [
    [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "A dog."}],
    [{"role": "user", "content": "What?"}, {"role": "assistant", "content": "A dog."}],
    [["What?", "A dog."]],
    [{"Question": "What?", "Answer": "A dog."}],
    [{"human": "What?", "assistant": "A dog."}],
]


@pytest.mark.parametrize("packed", [lambda value: value, lambda value: orjson.dumps(value).decode(), repr])
@pytest.mark.parametrize("listed", WHOLE)
def test_messages__in_any_notation__are_read_and_changed_where_they_stand(packed: Any, listed: object) -> None:
    row_format = _format(messages="talk")
    row = {"talk": packed(listed), "n": 1}
    assert _texts(row_format.read(row)) == [("What?", "A dog.")]
    assert row_format.rewrite(row, {}) == row
    changed = row_format.rewrite(row, {1: "A “cat”."})
    assert _texts(row_format.read(changed)) == [("What?", "A “cat”.")]
    assert type(changed["talk"]) is type(row["talk"])
    assert changed["n"] == 1


@pytest.mark.parametrize(
    ("talk", "outcome"),
    [([], "no_conversation"), (None, "no_conversation"), ("hello", "bad_message"), ([[1]], "bad_message")],
)
def test_messages__that_are_none__are_named(talk: object, outcome: str) -> None:
    with pytest.raises(RejectedRowError) as rejected:
        _format(messages="talk").read({"talk": talk})
    assert rejected.value.outcome == outcome


HISTORY: dict[str, Any] = {"q": "And now?", "a": "A cat.", "before": [["What?", "A dog."], ["Sure?", "Yes."]]}


@pytest.mark.parametrize(
    ("changed", "texts"),
    [
        ({1: "A cow."}, [("What?", "A cow."), ("Sure?", "Yes."), ("And now?", "A cat.")]),
        ({0: None, 1: None}, [("Sure?", "Yes."), ("And now?", "A cat.")]),
        ({4: None, 5: None}, [("What?", "A dog."), ("Sure?", "Yes.")]),
        ({5: "Two."}, [("What?", "A dog."), ("Sure?", "Yes."), ("And now?", "Two.")]),
    ],
)
def test_history__turns_are_changed_and_dropped__the_last_one_left_takes_the_columns(
    changed: Mapping[int, str | None], texts: list[tuple[str, str]]
) -> None:
    row_format = _format(instruction="q", response="a", history="before")
    assert _texts(row_format.read(HISTORY))[2] == ("And now?", "A cat.")
    assert _texts(row_format.read(row_format.rewrite(HISTORY, changed))) == texts


def test_chosen__is_the_response__as_a_text_or_in_messages() -> None:
    row_format = _format(instruction="q", chosen="good", rejected="bad")
    row = {"q": "What?", "good": [{"role": "assistant", "content": "A dog."}], "bad": "A cat."}
    conversation = row_format.read(row)
    assert conversation.messages[-1] == Message("assistant", "A dog.")
    assert conversation.rejected == "A cat."
    assert row_format.rewrite(row, {1: "A cow."})["good"] == [{"role": "assistant", "content": "A cow."}]


def test_registry__finds_the_format_by_the_name_that_a_dataset_stores() -> None:
    row_format = _format(instruction="q", response="a")
    assert registry.named(row_format.name) is row_format
    assert registry.find("mapped:{") is None
    assert registry.short_name(row_format.name) == "mapped columns"
