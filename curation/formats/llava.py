"""LLaVA family: `{"id", "image", "conversations": [{"from", "value"}]}` as a list or as JSON Lines.

Covers LLaVA-Instruct-150K, LLaVA-1.5 mix665k, ShareGPT4V, LLaVAR, SVIT, LVIS-Instruct4V and LLaVA-NeXT
(https://github.com/haotian-liu/LLaVA/blob/main/docs/Finetune_Custom_Data.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.formats.conversation import Conversation, Format, Message, RejectedRowError, Role

FORMAT = Format(name="llava", title="LLaVA conversations")

_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "system": "system",
}


def recognise(row: Any) -> bool:
    """True for an object with a `conversations` list of from/value messages."""
    if not isinstance(row, dict):
        return False
    messages = row.get("conversations")
    return isinstance(messages, list) and (not messages or (isinstance(messages[0], dict) and "from" in messages[0]))


def read(row: Any) -> Conversation:
    """The row's messages and image references.

    Raises RejectedRowError when there is no conversation to show: `not_an_object`, `no_conversation`,
    `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    messages = row.get("conversations")
    if not isinstance(messages, list) or not messages:
        raise RejectedRowError("no_conversation", "The row has no list of conversations.")
    source = row.get("id")
    return Conversation(
        source_id=None if source is None else str(source),
        messages=tuple([_message(message) for message in messages]),
        images=_images(row.get("image")),
        video="video" in row,
    )


def rewrite(row: Any, texts: Mapping[int, str | None]) -> Any:
    """The row with other texts, by the message's place; a message whose text is None goes."""
    messages = [
        {**message, "value": texts[place]} if place in texts else message
        for place, message in enumerate(row["conversations"])
        if texts.get(place, "") is not None
    ]
    return {**row, "conversations": messages}


def _message(message: Any) -> Message:
    if not isinstance(message, dict):
        raise RejectedRowError("bad_message", f"A message is a {type(message).__name__}, not an object.")
    value = message.get("value")
    if value is None:
        value = ""
    elif not isinstance(value, str):
        raise RejectedRowError("bad_message", f"A message's value is a {type(value).__name__}, not text.")
    return Message(_ROLES.get(message.get("from", ""), "other"), value)


def _images(image: Any) -> tuple[str, ...]:
    if image is None or image == "":
        return ()
    if isinstance(image, str):
        return (image,)
    if isinstance(image, list) and all(isinstance(one, str) for one in image):
        return tuple(image)
    raise RejectedRowError("bad_image", "The row's image is neither a name nor a list of names.")
