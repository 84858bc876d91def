"""What goes from one format to another, and that whatever does not is named."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from curation.exporting import conversion
from curation.formats import registry
from curation.formats.conversation import Conversation, Message

CALL = '{"name":"zoom","arguments":{"box":[0,0,9,9]}}'
AGENT = Conversation(
    "1",
    (
        Message("user", "<image>Zoom into the sign."),
        Message("call", CALL),
        Message("tool", "zoomed: <image>"),
        Message("assistant", "It reads Main Street."),
    ),
    ("a.jpg", "b.jpg"),
    system="Help.",
    tools='[{"name":"zoom"}]',
)


WITHOUT_PLACES = {"coco_arc", "lrv", "m3it", "mhaldetect", "mimic_it", "minigpt4", "multiinstruct"}
"""Formats that name images beside the texts."""


def _written(row: Conversation, name: str) -> Any:
    target = registry.named(name)
    assert target.write is not None
    (written,) = target.write(conversion.prepared(row, target), row.images)
    return orjson.loads(orjson.dumps(written))


def _talk(*texts: str, images: tuple[str, ...] = ("a.jpg",), **others: Any) -> Conversation:
    roles = ("user", "assistant") * len(texts)
    return Conversation(
        "1", tuple(Message(role, text) for role, text in zip(roles, texts, strict=False)), images, **others
    )


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("swift", ["system", "user", "tool_call", "tool_response", "assistant"]),
        ("llamafactory", ["system", "user", "function_call", "observation", "assistant"]),
        ("openai", ["system", "user", "assistant", "tool", "assistant"]),
    ],
)
def test_prepared__roles_tools_and_system_go_where_the_target_has_them(name: str, roles: list[str]) -> None:
    written = _written(AGENT, name)
    assert [message["role"] for message in written["messages"]] == roles
    assert "zoom" in str(written["tools"])
    assert str(written["messages"]).count("image_url" if name == "openai" else "<image>") in (2, 4)
    assert conversion.lost(AGENT, registry.named(name)) == frozenset()


@pytest.mark.parametrize("name", ["llava", "qwen_vl", "internvl", "hf_parquet", "webdataset", "imagefolder"])
def test_lost__calls_where_no_target_knows_them__are_named_and_become_nobodys_words(name: str) -> None:
    assert "zoom" not in str(_written(AGENT, name)).replace("Zoom", "")
    lost = conversion.lost(AGENT, registry.named(name))
    assert {"(calls of tools)", "(results of tools)", "(tools)"} <= lost


@pytest.mark.parametrize("name", sorted(registry.writers().keys() - WITHOUT_PLACES))
def test_prepared__image_in_the_middle_of_a_text__stays_there(name: str) -> None:
    row = _talk("First <image>, then <image>: what changed?", "Light.", images=("a.jpg", "b.jpg"))
    assert conversion.lost(row, registry.named(name)) == frozenset()


@pytest.mark.parametrize("name", ["coco_arc", "m3it", "mhaldetect", "mimic_it"])
def test_lost__format_without_places__says_so(name: str) -> None:
    row = _talk("First <image>, then <image>: what changed?", "Light.", images=("a.jpg", "b.jpg"))
    assert conversion.lost(row, registry.named(name)) == {"(places of images in the text)"}


def test_lost__turns_that_become_rows__are_named() -> None:
    assert "(turns of one conversation)" in conversion.lost(
        _talk("<image>\nQ", "A", "Q2", "A2"), registry.named("mhaldetect")
    )


def test_prepared__mark_without_an_image__goes_and_is_named() -> None:
    row = _talk("<image>\nWho?", "Nobody <image>.", images=())
    assert "<image>" not in str(_written(row, "swift"))
    assert conversion.lost(row, registry.named("swift")) == {"(image marks without an image)"}


@pytest.mark.parametrize(("name", "mark"), [("llava", "<image>"), ("swift", "<video>"), ("internvl", "<video>")])
def test_prepared__video__is_marked_as_the_target_marks_it(name: str, mark: str) -> None:
    row = _talk("<image>\nWhat happens?", "A dog runs.", images=(), videos=("v.mp4",))
    assert f"{mark}\\n" in orjson.dumps(_written(row, name)).decode()


def test_prepared__tags_of_pictures_that_the_row_has_not__are_text() -> None:
    row = _talk("Write <img>x</img> in HTML.", "<img>x</img>", images=())
    assert str(_written(row, "swift")).count("<img>x</img>") == 2


def test_write__openai__contents_are_lists_throughout() -> None:
    row = _talk("<image>\nQ", "A", "And?", "B", system="Be brief.")
    assert all(isinstance(message["content"], list) for message in _written(row, "openai")["messages"])


def test_write__internvl__image_that_is_not_in_the_first_message__is_a_list() -> None:
    assert _written(_talk("<image>\nQ", "A"), "internvl")["image"] == "a.jpg"
    assert _written(_talk("Hello", "Hi.", "<image>\nQ", "A"), "internvl")["image"] == ["a.jpg"]


def test_write__boxes__come_back_from_swift() -> None:
    swift = registry.named("swift")
    row = {
        "messages": [
            {"role": "user", "content": "<image>Find <ref-object>"}, {"role": "assistant", "content": "<bbox>"},
        ],
        "images": ["a.jpg"],
        "objects": {"bbox": [[1, 2, 3, 4]], "bbox_type": "norm1000", "ref": ["dog"]},
    }  # fmt: skip
    assert _written(swift.read(row), "swift")["objects"] == row["objects"]
    assert "(boxes)" in conversion.lost(swift.read(row), registry.named("llava"))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("llamafactory", {"chosen": {"role": "assistant", "content": "Good."}, "rejected": {"content": "Bad."}}),
        ("swift", {"rejected_response": "Bad."}),
        ("hf_parquet", {"chosen": [{"role": "assistant", "content": "Good."}], "rejected": [{"content": "Bad."}]}),
    ],
)
def test_read__pair_that_came_with_a_row__has_both_answers(name: str, row: Any) -> None:
    asked = [{"role": "user", "content": "Q"}]
    answer = [] if "chosen" in row else [{"role": "assistant", "content": "Good."}]
    said = registry.named(name).read({**row, "messages": asked + answer, "images": []})
    assert (said.messages[-1].text, said.rejected) == ("Good.", "Bad.")
    assert conversion.REJECTED in conversion.lost(said, registry.named("llava"))


def test_rewrite__answer_beside_the_messages__is_changed_where_it_stands() -> None:
    target = registry.named("llamafactory")
    row = {
        "messages": [{"role": "user", "content": "Q"}], "images": [],
        "chosen": {"role": "assistant", "content": "A"}, "rejected": {"role": "assistant", "content": "B"},
    }  # fmt: skip
    changed = target.rewrite(row, {1: "New."})
    assert (changed["chosen"]["content"], changed["rejected"]["content"]) == ("New.", "B")
    assert target.rewrite(row, {}) == row
