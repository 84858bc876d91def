"""A row as it was imported, message by message, with what is odd about each."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from curation.formats import registry
from curation.formats.conversation import Conversation, Message, RejectedRowError
from curation.importing.lint import IMAGE_MARK


@dataclass(frozen=True)
class RawMessage:
    """One message as written; `odd` says what is wrong with it for a kind of flag, "" where nothing is."""

    role: str
    text: str
    marks: int
    odd: str = ""


@dataclass(frozen=True)
class RawRowView:
    """The messages of a row, and how many pictures it names against how often its text marks one."""

    messages: tuple[RawMessage, ...]
    images: tuple[str, ...]
    marks: int


def read(raw: str, format_name: str, kind: str) -> RawRowView | None:
    """Reads a row with what a kind of flag finds odd about its messages.

    Args:
        raw: The row as it was imported.
        format_name: Name of its format.
        kind: Kind of flag.
    Returns:
        The messages, or None when the row cannot be read.
    """
    row_format = registry.find(format_name)
    try:
        row: Conversation = row_format.read(row_format.parse(raw)) if row_format else _nothing()
    except (RejectedRowError, orjson.JSONDecodeError):
        return None
    messages = tuple(
        RawMessage(message.role, message.text, message.text.count(IMAGE_MARK), _odd(row, position, kind))
        for position, message in enumerate(row.messages)
    )
    return RawRowView(messages, row.images, sum(message.marks for message in messages if message.role == "user"))


def _nothing() -> Conversation:
    raise RejectedRowError("unknown_format", "The format of this row is not known.")


def _odd(row: Conversation, position: int, kind: str) -> str:
    message = row.messages[position]
    empty = not message.text.replace(IMAGE_MARK, "").strip()
    if kind == "role_order":
        return _out_of_order(row.messages, position)
    if kind == "unknown_role" and message.role == "other":
        return "neither user nor assistant"
    if (kind, message.role) in (("empty_response", "assistant"), ("empty_instruction", "user")) and empty:
        return "empty"
    if kind == "image_token_count" and message.role == "user" and IMAGE_MARK in message.text:
        return f"{message.text.count(IMAGE_MARK)} × {IMAGE_MARK}"
    return ""


def _out_of_order(messages: tuple[Message, ...], position: int) -> str:
    role = messages[position].role
    if role == "system":
        return "a system message after the first message" if position else ""
    before = [message.role for message in messages[:position] if message.role != "system"]
    if not before:
        return "" if role == "user" else "the conversation starts here, not with the user"
    if before[-1] == role:
        return "the same role as the message before"
    last = position == len(messages) - 1
    return "not answered" if last and role == "user" else ""
