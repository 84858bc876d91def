"""Role and content messages, which several formats share: `[{"role": "user", "content": "..."}]`.

The content is a text, or a list of parts: `{"type": "text", "text": ...}` and a part for each image.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from curation.formats.conversation import Message, RejectedRowError, Role
from scoring.json_types import JsonObject

IMAGE = "<image>"
MEDIA = re.compile(r"<image>|<video>|<audio>")
ROLES: dict[str, Role] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "system": "system",
    "developer": "system",
}
NAMES = {"user": "user", "assistant": "assistant", "system": "system", "other": "user"}


class MessageContent(NamedTuple):
    """A message's text, an `<image>` for each picture part, and the pictures of those parts."""

    text: str
    images: tuple[str, ...]


def are_messages(value: object) -> bool:
    """True for a list whose first value is a message with a role."""
    return isinstance(value, list) and (not value or (isinstance(value[0], dict) and "role" in value[0]))


def checked(value: object) -> list[JsonObject]:
    """The list of messages. Raises RejectedRowError `no_conversation` or `bad_message`."""
    if not isinstance(value, list) or not value:
        raise RejectedRowError("no_conversation", "The row has no list of messages.")
    for message in value:
        if not isinstance(message, dict):
            raise RejectedRowError("bad_message", f"A message is a {type(message).__name__}, not an object.")
    return value


def role(message: JsonObject) -> Role:
    """Who speaks; `other` for a role that is neither user, assistant nor system."""
    name = message.get("role")
    return ROLES.get(name, "other") if isinstance(name, str) else "other"


def spoken(row: object) -> tuple[tuple[Message, ...], tuple[str, ...]]:
    """The messages of a row whose contents may be parts, and the pictures of those parts.

    Raises RejectedRowError `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    listed = checked(row.get("messages"))
    contents = [parts(message.get("content")) for message in listed]
    messages = tuple(Message(role(message), content.text) for message, content in zip(listed, contents, strict=True))
    return messages, tuple(image for content in contents for image in content.images)


def parts(content: object) -> MessageContent:
    """Text and pictures of a message's content. Raises RejectedRowError `bad_message` or `bad_image`."""
    if content is None:
        return MessageContent("", ())
    if isinstance(content, str):
        return MessageContent(content, ())
    if not isinstance(content, list):
        raise RejectedRowError("bad_message", f"A message's content is a {type(content).__name__}, not text or parts.")
    texts: list[str] = []
    images: list[str] = []
    for part in content:
        if is_picture(part):
            texts.append(IMAGE)
            images.append(_picture(part))
        else:
            texts.append(_text(part))
    return MessageContent("".join(texts), tuple(images))


def is_picture(part: object) -> bool:
    """True for a part that stands for an image."""
    return isinstance(part, dict) and part.get("type") in ("image_url", "image", "input_image")


def message(entry: JsonObject) -> Message:
    """A message with its text."""
    return Message(role(entry), parts(entry.get("content")).text)


def rewritten(messages: Sequence[JsonObject], texts: Mapping[int, str | None]) -> list[JsonObject]:
    """Replaces texts of messages; picture parts stay where `<image>` is.

    Args:
        messages: Messages with role and content.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        The messages in order; an unchanged one is the same object.
    """
    return [
        {**message, "content": _refilled(message.get("content"), text)}
        if (text := texts.get(position)) is not None
        else message
        for position, message in enumerate(messages)
        if texts.get(position, "") is not None
    ]


def plain(messages: Sequence[Message]) -> list[JsonObject]:
    """New messages with role and content."""
    return [{"role": NAMES[message.role], "content": message.text} for message in messages]


def split(text: str, images: Sequence[object], name: str = "text") -> list[object]:
    """Splits a text into parts at each `<image>`.

    Args:
        text: Message text, an `<image>` where a picture stands.
        images: Image parts in the order of the marks; those left over stand at the end.
        name: Key of a text part's text.

    Returns:
        Text and image parts in order; blank texts are left out.
    """
    waiting = list(images)
    content: list[object] = []
    for number, piece in enumerate(text.split(IMAGE)):
        if number and waiting:
            content.append(waiting.pop(0))
        if piece.strip():
            content.append({"type": "text", name: piece})
    return content + waiting


def _refilled(content: object, text: str) -> object:
    if not isinstance(content, list):
        return text
    name = "value" if any(isinstance(part, dict) and "value" in part for part in content) else "text"
    return split(text, [part for part in content if is_picture(part)], name)


def _picture(part: JsonObject) -> str:
    reference = part.get("image_url", part.get("value", part.get("image", part.get("path"))))
    if isinstance(reference, dict):
        reference = reference.get("url")
    if not isinstance(reference, str):
        raise RejectedRowError("bad_image", "An image part names no image.")
    return reference


def _text(part: object) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        text = part.get("text", part.get("value"))
        if isinstance(text, str):
            return text
    raise RejectedRowError("bad_message", "A part of a message is neither text nor an image.")
