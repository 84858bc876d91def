from __future__ import annotations

import pytest

from curation.formats.conversation import Conversation, Message, Role, pairs
from curation.importing import lint


def _kinds(*messages: tuple[Role, str], images: int = 0, videos: tuple[str, ...] = ()) -> list[str]:
    said = tuple(Message(role, text) for role, text in messages)
    row = Conversation("1", said, tuple(f"{n}.jpg" for n in range(images)), videos)
    return [flag.kind for flag in lint.conversation(row, pairs(said))]


def test_lint__ordinary_conversation__nothing() -> None:
    assert _kinds(("system", "s"), ("user", "<image>\nq"), ("assistant", "a"), images=1) == []


@pytest.mark.parametrize(
    "messages",
    [
        [("assistant", "a"), ("user", "q")],
        [("user", "q"), ("user", "q"), ("assistant", "a")],
        [("user", "q"), ("assistant", "a"), ("user", "unanswered")],
        [("user", "q"), ("system", "late"), ("assistant", "a")],
    ],
)
def test_lint__role_order(messages: list[tuple[Role, str]]) -> None:
    assert _kinds(*messages) == ["role_order"]


def test_lint__unknown_role() -> None:
    assert _kinds(("user", "q"), ("other", "?"), ("assistant", "a")) == ["unknown_role"]


def test_lint__blank_response_and_instruction() -> None:
    assert _kinds(("user", "<image>\n"), ("assistant", "  "), images=1) == ["empty_response", "empty_instruction"]


@pytest.mark.parametrize(("text", "images"), [("<image><image>q", 1), ("q", 1), ("<image>q", 0)])
def test_lint__image_marks_do_not_match(text: str, images: int) -> None:
    assert _kinds(("user", text), ("assistant", "a"), images=images) == ["image_token_count"]


def test_lint__format_that_may_leave_marks_out__only_wrong_ones_are_flagged() -> None:
    for text, kinds in (("q", []), ("<image>q", []), ("<image><image>q", ["image_token_count"])):
        row = Conversation("1", (Message("user", text), Message("assistant", "a")), ("a.jpg",))
        assert [flag.kind for flag in lint.conversation(row, pairs(row.messages), marks_images=False)] == kinds


def test_lint__instruction_of_ours__is_named() -> None:
    row = Conversation("1", (Message("user", "Describe."), Message("assistant", "a")), (), instruction_added=True)
    assert [flag.kind for flag in lint.conversation(row, pairs(row.messages))] == ["instruction_added"]


def test_lint__marks_of_a_video_may_be_image_marks() -> None:
    assert _kinds(("user", "<image>q"), ("assistant", "a"), videos=("a.mp4",)) == []
    assert _kinds(("user", "<video>q"), ("assistant", "a"), videos=("a.mp4",)) == []


def test_lint__key_twice__is_said() -> None:
    row = Conversation("1", (Message("user", "q"), Message("assistant", "a")), ())
    (flag,) = lint.conversation(row, pairs(row.messages), repeated=("image",))
    assert (flag.kind, "'image'" in flag.reason) == ("repeated_key", True)


def test_image__every_outcome_has_a_sentence_that_names_the_reference() -> None:
    for outcome in lint.IMAGE_FLAGS:
        flag = lint.image(outcome, "some/photo.jpg", "a reason")
        assert flag is not None
        assert "some/photo.jpg" in flag.reason
    assert lint.image("ok", "a.jpg", "") is None
