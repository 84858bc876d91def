"""LLaVA family: `{"id", "image", "conversations": [{"from", "value"}]}` as a list or as JSON Lines.

Covers LLaVA-Instruct-150K, LLaVA-1.5 mix665k, ShareGPT4V, LLaVAR, SVIT, LVIS-Instruct4V and LLaVA-NeXT
(https://github.com/haotian-liu/LLaVA/blob/main/docs/Finetune_Custom_Data.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

from curation.formats import answers, media, thoughts
from curation.formats.contract import Format, Launch, RowFile
from curation.formats.conversation import (
    Conversation,
    Message,
    RejectedRowError,
    Role,
    json_of,
    label_of,
    name_of,
    names_of,
)
from scoring.json_types import JsonObject

EXAMPLE = """[
{"id": "000000012345", "image": "coco/train2017/000000012345.jpg", "conversations": [
  {"from": "human", "value": "<image>\\nWhat is shown?"}, {"from": "gpt", "value": "A dog on a beach."}]},
{"id": 7, "conversations": [{"from": "human", "value": "Who wrote Hamlet?"}, {"from": "gpt", "value": "Shakespeare."}],
  "model": "kept"}
]"""

_ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "system": "system",
    "function_call": "call",
    "tool_call": "call",
    "observation": "tool",
    "tool": "tool",
    "tool_response": "tool",
}
_NAMES: dict[Role, str] = {"user": "human", "assistant": "gpt", "system": "system"}


def recognise(row: object) -> bool:
    """True for an object with a `conversations` list of from/value messages that name no image in their text."""
    if not isinstance(row, dict):
        return False
    messages = row.get("conversations")
    if not isinstance(messages, list) or not messages:
        return isinstance(messages, list)
    first = messages[0]
    return isinstance(first, dict) and "from" in first and "</img>" not in str(first.get("value"))


def read(row: object) -> Conversation:
    """The row's messages and image references.

    Raises RejectedRowError when there is no conversation to show: `not_an_object`, `no_conversation`,
    `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    messages = row.get("conversations")
    if not isinstance(messages, list) or not messages:
        raise RejectedRowError("no_conversation", "The row has no list of conversations.")
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=_messages(answers.messages(row, "conversations")),
        images=names_of(row.get("image", row.get("images"))),
        videos=media.videos(row),
        system=text if isinstance(text := row.get("system"), str) else "",
        tools=json_of(row.get("tools")),
        rejected=answers.rejected(row),
        desired=label_of(row.get("kto_tag")),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return answers.rewritten(row, "conversations", texts, _rewritten)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; the texts mark each image with `<image>`, and so each video.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    new_row: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    if images:
        new_row["image"] = images[0] if len(images) == 1 else list(images)
    if row.videos:
        new_row["video"] = row.videos[0] if len(row.videos) == 1 else list(row.videos)
    conversations = [
        {
            "from": _NAMES[message.role],
            "value": message.text.replace("<video>", "<image>") if row.videos else message.text,
        }
        for message in row.messages
    ]
    return [new_row | {"conversations": conversations}]


def trouble(row: Conversation) -> str:
    """Why a trainer that wants user and assistant in turn would not take a conversation, "" where it would."""
    spoken = [message.role for message in row.messages if message.role != "system"]
    in_turn = all(role == ("user", "assistant")[index % 2] for index, role in enumerate(spoken))
    return "" if spoken and in_turn and len(spoken) % 2 == 0 else "in which user and assistant do not take turns"


def launch(file: RowFile) -> list[Launch]:
    """The options that LLaVA's trainer reads the rows by; those with several images or a video need LLaVA-NeXT's."""
    options = f"--data_path {quote(file.location)} \\\n  --image_folder {quote(file.images)}"
    if "video" in file.members:
        options += f" \\\n  --video_folder {quote(file.images)}"
    return [
        Launch(
            program="LLaVA, LLaVA-NeXT",
            language="sh",
            lines=f"deepspeed llava/train/train_mem.py {options}",
            note="Rows with several images or a video are read by LLaVA-NeXT only.",
        )
    ]


def _rewritten(messages: answers.Messages, texts: Mapping[int, str | None]) -> list[JsonObject]:
    remaining = [
        (message, texts.get(position))
        for position, message in enumerate(messages)
        if texts.get(position, "") is not None
    ]
    return [message if text is None else _with_text(message, text) for message, text in remaining]


def _with_text(message: JsonObject, text: str) -> JsonObject:
    changed, value = thoughts.parted(message, text)
    return {**changed, "value": value}


def _messages(listed: answers.Messages) -> tuple[Message, ...]:
    names: list[str] = [message.get("from", "") for message in listed]
    values: list[str] = [message.get("value", "") for message in listed]
    is_usual = {*map(type, names), *map(type, values)} == {str} and max(map(len, listed)) == 2
    if not is_usual:
        return tuple([_message(message) for message in listed])
    # most messages have a speaker and a text only, and there are millions
    return tuple([Message(_ROLES.get(name, "other"), text) for name, text in zip(names, values, strict=True)])


def _message(message: JsonObject) -> Message:
    value = message.get("value")
    if value is None:
        value = ""
    elif not isinstance(value, str):
        raise RejectedRowError("bad_message", f"A message's value is a {type(value).__name__}, not text.")
    name = message.get("from")
    role = _ROLES.get(name, "other") if isinstance(name, str) else "other"
    return Message(role, thoughts.before(message, value))


FORMAT = Format(
    name="llava",
    title="LLaVA conversations",
    about="LLaVA's own trainer and most of the sets that followed it.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    roles=("user", "assistant"),
    trouble=trouble,
    opens=("reference", "copy"),
    launch=launch,
)
