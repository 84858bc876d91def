"""Rows that hold a conversation in the shape of another format: beside pictures, or in a file of a shard."""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import llava, messages, openai, swift
from curation.formats import texts as plain_texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, name_of
from scoring.json_types import JsonObject


def format_of(row: object) -> Format | None:
    """The format of the conversation in a row, None where its texts stand in columns."""
    if not isinstance(row, dict):
        return None
    if messages.are_messages(row.get("messages")):
        return swift.FORMAT if swift.recognise(row) else openai.FORMAT
    return llava.FORMAT if llava.recognise(row) and row["conversations"] else None


def read(row: Row, images: tuple[str, ...], name: str = "") -> Conversation:
    """Reads the conversation within a row.

    Args:
        row: Parsed row, in the shape of another format or with its texts in columns.
        images: References to the row's images, in order.
        name: The row's name where it has no id; "" for none.

    Returns:
        The conversation with these images instead of those that the row itself names.

    Raises:
        RejectedRowError: As the inner format does.
    """
    conversation_format = format_of(row)
    source = name_of(row.get("id")) if isinstance(row, dict) else None
    if conversation_format is None:
        inner_messages = plain_texts.read(row if isinstance(row, dict) else {}, name or "".join(images))
    else:
        without = {key: value for key, value in row.items() if key not in ("image", "images")}
        inner_messages = conversation_format.read(without).messages
    return Conversation(source_id=source or name or None, messages=inner_messages, images=images)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    conversation_format = format_of(row)
    if conversation_format is None:
        return plain_texts.rewrite(row, texts)
    return conversation_format.rewrite(row, texts)
