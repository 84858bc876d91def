"""COCO_ARC, the set of the survey that Winnow follows: `{"annotations": [{"img_ids", "conversations": [...]}]}`.

A conversation is what a language model wrote, JSON with repeated keys: `{"User": .., "AI": .., "User": .., "AI": ..}`,
as an object, as text, or as a list of objects. (Li et al., 2024, appendix A.3.2)
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, Message, RejectedRowError, Role, text_of, unmarked
from scoring.json_types import JsonObject

EXAMPLE = """{"image_source": "COCO2014", "construction_time": "2023", "annotations": [
{"img_ids": ["COCO_train2014_000000030722"], "instruction_type": "global", "conversations": [
  {"User": "What is it?", "AI": "A dog.", "User": "Where?", "AI": "On a beach."}]},
{"img_ids": ["COCO_train2014_000000247884"], "instruction_type": "region", "conversations": [
  {"User": "What is in the box?"}, {"AI": "A boat."}]}
]}"""

_ROLES: dict[str, Role] = {"user": "user", "human": "user", "ai": "assistant", "assistant": "assistant"}

_NAMES: dict[Role, str] = {"user": "User", "assistant": "AI"}


class Members(list[tuple[str, object]]):
    """An object's members in order, repeated keys kept."""


def loads(data: bytes | str) -> Row:
    """The row with the conversations' objects as members, so that no repeated key is lost."""
    row = json.loads(data)
    if isinstance(row, dict) and "conversations" in row:
        members = json.loads(data, object_pairs_hook=Members)
        row["conversations"] = next(value for name, value in reversed(members) if name == "conversations")
    return row


def recognise(row: object) -> bool:
    """True for image ids with conversations."""
    return isinstance(row, dict) and "img_ids" in row and isinstance(row.get("conversations"), list)


def read(row: object) -> Conversation:
    """The messages in order. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict) or not isinstance(row.get("conversations"), list):
        raise RejectedRowError("no_conversation", "The row has no list of conversations.")
    messages = [Message(_role(name), text_of(text, "message")) for name, text in _members(row["conversations"])]
    if not messages:
        raise RejectedRowError("no_conversation", "The row's conversations are empty.")
    listed = row.get("img_ids")
    names = [
        text_of(image_id, "img_ids", "bad_image") for image_id in (listed if isinstance(listed, list) else [listed])
    ]
    return Conversation(
        source_id=next(iter(names), None) or None,
        messages=tuple(messages),
        images=tuple(name if "." in name else f"{name}.jpg" for name in names if name),
        task=str(row.get("instruction_type") or ""),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages, one object a message once anything changed.

    Args:
        row: Parsed row with a list of conversations.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row, or the same one where there are no texts.
    """
    if not texts:
        return row
    conversations = [
        {name: texts.get(position) or text}
        for position, (name, text) in enumerate(_members(row["conversations"]))
        if texts.get(position, "") is not None
    ]
    return {**row, "conversations": conversations}


def _members(conversations: list[object]) -> list[tuple[str, object]]:
    """(who, text) of every message."""
    members: list[tuple[str, object]] = []
    for conversation in conversations:
        if isinstance(conversation, str):
            conversation = _parsed(conversation)
        if isinstance(conversation, dict):
            members.extend(conversation.items())
        elif isinstance(conversation, Members):
            members.extend(conversation)
        elif conversation:
            raise RejectedRowError("bad_message", f"A conversation is a {type(conversation).__name__}, not an object.")
    return members


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=Members)
    except (ValueError, RecursionError) as error:
        raise RejectedRowError("bad_message", f"A conversation is not JSON: {error}.") from error


def _role(name: str) -> Role:
    return _ROLES.get(name.lower(), "other")


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation, an object a message.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row; none where `trouble` says why.
    """
    if trouble(row):
        return []
    label = {"instruction_type": row.task} if row.task else {}
    conversations = [{_NAMES[message.role]: unmarked(message.text).strip()} for message in row.messages]
    return [{"img_ids": [_id(name) for name in images], **label, "conversations": conversations}]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: it has to have messages, and its images names with an ending."""
    if not row.messages:
        return "without a message"
    return "" if all("." in name for name in row.images) else "whose images have names without an ending"


def _id(name: str) -> str:
    stem = name.removesuffix(".jpg")
    return name if "." in stem else stem


FORMAT = Format(
    name="coco_arc",
    title="COCO_ARC",
    about="The survey's own scripts.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    opens=("reference", "copy"),
    loads=loads,
    marks_images=False,
    containers=("members", "list"),
)
