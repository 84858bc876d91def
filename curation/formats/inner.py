"""Rows that hold a conversation in the shape of another format: beside pictures, or in a file of a shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.formats import answers, llava, messages, openai, swift
from curation.formats import texts as plain_texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError, Role, json_of, label_of, name_of
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


def has_prompt(row: object) -> bool:
    """True for a prompt in messages, or a whole conversation as the answer."""
    if not isinstance(row, dict):
        return False
    conversations = [row.get(name) for name in ("prompt", *answers.GIVEN)]
    return any(isinstance(listed, list) and listed and messages.are_messages(listed) for listed in conversations)


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
    fields: JsonObject = row if isinstance(row, dict) else {}
    source = name_of(fields.get("id")) or name or None
    if conversation_format is not None:
        without = {key: value for key, value in fields.items() if key not in ("image", "images")}
        return replace(conversation_format.read(without), source_id=source, images=images)
    if has_prompt(row):
        spoken = tuple([messages.message(entry) for entry in answers.messages(fields, "prompt")])
        if not spoken:
            raise RejectedRowError("no_conversation", "The row's prompt and answer hold no message.")
    else:
        spoken = plain_texts.read(fields, name or "".join(images))
    return Conversation(
        source_id=source,
        messages=spoken,
        images=images,
        tools=json_of(fields.get("tools")),
        rejected=answers.rejected(fields),
        desired=label_of(fields.get("label")),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    conversation_format = format_of(row)
    if conversation_format is None and has_prompt(row):
        return answers.rewritten(row, "prompt", texts, messages.rewritten)
    if conversation_format is None:
        return plain_texts.rewrite(row, texts)
    return conversation_format.rewrite(row, texts)


def _answer(text: str) -> JsonObject:
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}
