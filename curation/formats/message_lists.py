"""Rows that are lists of messages, without an object around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.formats import llava, messages
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError

EXAMPLE = """\
[[{"role": "user", "content": "What is a dog?"}, {"role": "assistant", "content": "An animal."}],
[{"from": "human", "value": "And a cat?"}, {"from": "gpt", "value": "One too."}]]
"""


def recognise(row: object) -> bool:
    """True for a list of messages of which each names its speaker."""
    if not isinstance(row, list) or not row:
        return False
    return messages.are_messages(row) or llava.recognise({"conversations": row})


def read(row: Row) -> Conversation:
    """The conversation. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not recognise(row):
        raise RejectedRowError("no_conversation", "The row is no list of messages.")
    if messages.are_messages(row):
        return messages.conversation({"messages": row})
    return llava.read({"conversations": row})


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """Replaces texts of the messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new list with everything else as it was.
    """
    if messages.are_messages(row):
        return messages.rewrite_row({"messages": row}, texts)["messages"]
    return llava.rewrite({"conversations": row}, texts)["conversations"]


FORMAT = Format(
    name="message_lists",
    title="Lists of messages",
    about="Anybody who writes a conversation a line without a name or an image.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    roles=("user", "assistant", "system", "call", "tool"),
    containers=("list", "lines"),
)
