"""From one format to another: the same conversation, with its image marks as the target wants them."""

from __future__ import annotations

import re
from dataclasses import replace

from curation.formats.conversation import Conversation, Message

IMAGE = "<image>"
_MARK = re.compile(r"\n<image>\s*$|<image>\n?")
_PICTURE_TAG = re.compile(r"(?:Picture \d+:\s*)?<img>(?:.*?(</img>)\n?|.*)", re.DOTALL)
"""A picture in tags; from one that is not closed to the end of the text, as no later one can be closed either."""


def marked(row: Conversation) -> Conversation:
    """The conversation with exactly one `<image>` per image; marks that are missing open the first user message."""
    messages = [message._replace(text=_untagged(message.text)) for message in row.messages]
    user_positions = [position for position, message in enumerate(messages) if message.role == "user"]
    marks = sum(messages[position].text.count(IMAGE) for position in user_positions)
    missing = len(row.images) - marks
    if missing > 0 and user_positions:
        first = messages[user_positions[0]]
        messages[user_positions[0]] = first._replace(text=f"{IMAGE}\n" * missing + first.text)
    elif missing < 0:
        messages = _without_marks(messages, -missing)
    return replace(row, messages=tuple(messages))


def unmarked(row: Conversation) -> Conversation:
    """The conversation without image marks, for formats that name their images elsewhere."""
    return replace(
        row,
        messages=tuple(message._replace(text=_untagged(_MARK.sub("", message.text))) for message in row.messages),
    )


def _untagged(text: str) -> str:
    return _PICTURE_TAG.sub(lambda match: "" if match[1] else match[0], text)


def _without_marks(messages: list[Message], surplus: int) -> list[Message]:
    """The messages with so many marks fewer, the last ones first: no trainer takes a mark without an image."""
    shortened = []
    for message in reversed(messages):
        text = message.text
        while surplus and message.role == "user" and IMAGE in text:
            head, _, tail = text.rpartition(IMAGE)
            text, surplus = head + tail, surplus - 1
        shortened.append(message._replace(text=text))
    return shortened[::-1]
