"""Role and content messages, which several formats share: `[{"role": "user", "content": "..."}]`.

The content is a text, or a list of parts: `{"type": "text", "text": ...}` and a part for each image.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from curation.formats import tool_calls
from curation.formats.conversation import Message, RejectedRowError, Role
from scoring.json_types import JsonObject

IMAGE = "<image>"
_BREAK = re.compile(r"\n?<image>\n?")
"""A mark with the line breaks that part it from the text, which parts need no more."""
MEDIA = re.compile(r"<image>|<video>|<audio>")
ROLES: dict[str, Role] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "system": "system",
    "developer": "system",
    "tool_call": "call",
    "function_call": "call",
    "tool": "tool",
    "tool_response": "tool",
    "observation": "tool",
    "function": "tool",
}


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
    """Who speaks; `call` for an assistant that only calls tools, `other` for a role that is none of ROLES."""
    name = message.get("role")
    if name == "assistant" and message.get("tool_calls") and not message.get("content"):
        return "call"
    return ROLES.get(name, "other") if isinstance(name, str) else "other"


def spoken(row: object) -> tuple[tuple[Message, ...], tuple[str, ...]]:
    """The messages of a row whose contents may be parts, and the pictures of those parts.

    Raises RejectedRowError `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    return spoken_in(checked(row.get("messages")))


def spoken_in(listed: Sequence[JsonObject]) -> tuple[tuple[Message, ...], tuple[str, ...]]:
    """The same of a list of messages. Raises RejectedRowError `bad_message` or `bad_image`."""
    return tuple([message(entry) for entry in listed]), tuple(
        image for entry in listed for image in parts(entry.get("content")).images
    )


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
            images += _pictures(part)
        else:
            texts.append(_text(part))
    return MessageContent("".join(texts), tuple(images))


def is_picture(part: object) -> bool:
    """True for a part that stands for an image."""
    return isinstance(part, dict) and part.get("type") in ("image_url", "image", "input_image")


def message(entry: JsonObject) -> Message:
    """A message with its text. Raises RejectedRowError `bad_message` or `bad_image`."""
    speaker = role(entry)
    if speaker == "call" and entry.get("tool_calls"):
        return Message(speaker, tool_calls.of_openai(entry["tool_calls"]))
    return Message(speaker, parts(entry.get("content")).text)


def rewritten(messages: Sequence[JsonObject], texts: Mapping[int, str | None]) -> list[JsonObject]:
    """Replaces texts of messages; picture parts stay where `<image>` is.

    Args:
        messages: Messages with role and content.
        texts: New text by the message's position; a message whose text is None is left out, and its pictures go
            where a later or earlier new text marks more than its message had.

    Returns:
        The messages in order; an unchanged one is the same object.
    """
    spare = [
        part
        for position, message in enumerate(messages)
        if texts.get(position, "") is None
        for part in _picture_parts(message.get("content"))
    ]
    changed: list[JsonObject] = []
    for position, message in enumerate(messages):
        text = texts.get(position, "")
        if text is None:
            continue
        if position in texts:
            pictures = _picture_parts(message.get("content"))
            missing = max(0, text.count(IMAGE) - len(pictures))
            pictures, spare = pictures + spare[:missing], spare[missing:]
            message = {**message, "content": _refilled(message.get("content"), text, pictures)}
        changed.append(message)
    return changed


def plain(messages: Sequence[Message], names: Mapping[Role, str]) -> list[JsonObject]:
    """New messages with role and content, each role by its name in the format."""
    return [{"role": names[message.role], "content": message.text} for message in messages]


def in_parts(messages: Sequence[Message], images: Sequence[object], names: Mapping[Role, str]) -> list[JsonObject]:
    """Makes new messages whose contents are lists of parts throughout: a table needs one type for all of them.

    Args:
        messages: Messages whose texts mark pictures by `<image>`.
        images: A part for each picture, in the order of the marks.
        names: Each role's name in the format.

    Returns:
        Messages with role and content.
    """
    waiting = list(images)
    new_messages: list[JsonObject] = []
    for entry in messages:
        text = _BREAK.sub(IMAGE, entry.text)
        count = text.count(IMAGE)
        pictures, waiting = waiting[:count], waiting[count:]
        content = split(text, pictures) or [{"type": "text", "text": text}]
        new_messages.append({"role": names[entry.role], "content": content})
    return new_messages


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


def _picture_parts(content: object) -> list[object]:
    return [part for part in content if is_picture(part)] if isinstance(content, list) else []


def _refilled(content: object, text: str, pictures: Sequence[object]) -> object:
    if not isinstance(content, list):
        return text
    name = "value" if any(isinstance(part, dict) and "value" in part for part in content) else "text"
    return split(text, pictures, name)


def _pictures(part: JsonObject) -> list[str]:
    """The part's picture; none for a part that only marks where a picture of the row stands."""
    references = [part[name] for name in ("image_url", "value", "image", "path") if part.get(name) is not None]
    if not references:
        if part.get("type") == "image":
            return []
        raise RejectedRowError("bad_image", "An image part names no image.")
    reference = references[0].get("url") if isinstance(references[0], dict) else references[0]
    if not isinstance(reference, str):
        raise RejectedRowError("bad_image", "An image part names no image.")
    return [reference]


def _text(part: object) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        text = part.get("text", part.get("value"))
        if isinstance(text, str):
            return text
    raise RejectedRowError("bad_message", "A part of a message is neither text nor an image.")


def rewrite_row(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return {**row, "messages": rewritten(row["messages"], texts)}
