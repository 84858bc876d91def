"""Rows that hold a conversation in the shape of another format: beside pictures, or in a file of a shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.formats import (
    alpaca,
    answers,
    cells,
    dialogue,
    gemini,
    llava,
    messages,
    multiple_choice,
    openai,
    qa_pairs,
    swift,
    trl,
)
from curation.formats import texts as plain_texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, Role, json_of, label_of, name_of
from scoring.json_types import JsonObject

NAMES: dict[Role, str] = {"user": "user", "assistant": "assistant", "system": "system"}
"""Who speaks in a table's conversations, as chat templates call them."""
_TEXT = {"type": "", "text": ""}
_MESSAGE = {"role": "", "content": [_TEXT]}
SHAPES: dict[str, JsonObject] = {
    "": {"messages": [_MESSAGE]},
    "dpo": {"prompt": [_MESSAGE], "chosen": [_MESSAGE], "rejected": [_MESSAGE]},
    "kto": {"prompt": [_MESSAGE], "completion": [_MESSAGE], "label": False},
}
"""What rows hold beside their name and pictures, by the kind of preference, as TRL's trainers read them."""


def written(row: Conversation) -> JsonObject:
    """The messages of a new row in parts: a picture is a nameless part, the pictures come in their order."""
    marks = [{"type": "image"}] * len(row.images)
    return {"messages": messages.in_parts(row.messages, marks, NAMES)}


def dpo(row: Conversation, preferred: str, rejected: str) -> JsonObject:
    """The members of a new preference pair: prompt, chosen and rejected."""
    return {"prompt": written(row)["messages"], "chosen": [_answer(preferred)], "rejected": [_answer(rejected)]}


def kto(row: Conversation, desired: bool) -> JsonObject:
    """The members of a new labelled row: prompt, completion and label."""
    listed = written(row)["messages"]
    return {"prompt": listed[:-1], "completion": listed[-1:], "label": desired}


def format_of(row: object) -> Format | None:
    """The format of the conversation in a row, None where its texts stand in columns."""
    if not isinstance(row, dict):
        return None
    if messages.are_messages(row.get("messages")):
        return swift.FORMAT if swift.recognise(row) else openai.FORMAT
    if llava.recognise(row) and row["conversations"]:
        return llava.FORMAT
    others = (gemini, dialogue, trl, qa_pairs, multiple_choice, alpaca)
    return next((other.FORMAT for other in others if other.recognise(row)), None)


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
    fields: JsonObject = cells.opened(row) if isinstance(row, dict) else {}
    conversation_format = format_of(fields)
    source = name_of(fields.get("id")) or name or None
    if conversation_format is not None:
        without = {key: value for key, value in fields.items() if key not in ("image", "images")}
        return replace(conversation_format.read(without), source_id=source, images=images)
    return Conversation(
        source_id=source,
        messages=plain_texts.read(fields, name or "".join(images)),
        images=images,
        tools=json_of(fields.get("tools")),
        rejected=answers.rejected(fields),
        desired=label_of(fields.get("label")),
        instruction_added=not plain_texts.columns(fields)[0],
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    fields = cells.opened(row)
    conversation_format = format_of(fields)
    rewrite_inner = plain_texts.rewrite if conversation_format is None else conversation_format.rewrite
    return cells.closed(row, fields, rewrite_inner(fields, texts))


def _answer(text: str) -> JsonObject:
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}
