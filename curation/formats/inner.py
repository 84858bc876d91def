"""Rows that hold a conversation in the shape of another format: beside pictures, or in a file of a shard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.formats import llava, messages, openai, swift
from curation.formats import texts as plain_texts
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, name_of


def format_of(row: Any) -> Format | None:
    """The format of the conversation in a row, None where its texts stand in columns."""
    if not isinstance(row, dict):
        return None
    if messages.are_messages(row.get("messages")):
        return swift.FORMAT if swift.recognise(row) else openai.FORMAT
    return llava.FORMAT if llava.recognise(row) and row["conversations"] else None


def read(row: Any, images: tuple[str, ...], name: str = "") -> Conversation:
    """The conversation with these images. Raises RejectedRowError as the inner format does."""
    conversation_format = format_of(row)
    source = name_of(row.get("id")) if isinstance(row, dict) else None
    if conversation_format is None:
        said = plain_texts.read(row if isinstance(row, dict) else {}, name or "".join(images))
    else:
        without = {key: value for key, value in row.items() if key not in ("image", "images")}
        said = conversation_format.read(without).messages
    return Conversation(source_id=source or name or None, messages=said, images=images)


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts, by the message's place."""
    conversation_format = format_of(row)
    if conversation_format is None:
        return plain_texts.rewrite(row, texts)
    return conversation_format.rewrite(row, texts)
