"""LLaMA-Factory's sharegpt sets: a JSON list of messages with `images`, named in a `dataset_info.json` beside it.

(https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote

import orjson

from curation.formats import messages, swift, tool_calls
from curation.formats.contract import FOLDER, Format, Launch, Row, RowFile
from curation.formats.conversation import Conversation, Role, frames_of
from scoring.json_types import JsonObject

EXAMPLE = """[
{"messages": [{"role": "user", "content": "<image>What is it?"}, {"role": "assistant", "content": "A dog."}],
 "images": ["photos/1.jpg"]},
{"messages": [{"role": "user", "content": [{"type": "image_url", "value": "photos/2.jpg"},
   {"type": "text", "value": "And this?"}]}, {"role": "assistant", "content": [{"type": "text", "value": "A cat."}]}]}
]"""


COLUMNS = ("messages", "images", "videos", "audios", "system", "tools", "chosen", "rejected", "kto_tag")
_NAMES: dict[Role, str] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "call": "function_call",
    "tool": "observation",
}
_IN_TURN = (("user", "tool"), ("assistant", "call"))


def recognise(row: object) -> bool:
    """True for messages of texts with `images` beside them, or of parts whose values stand under `value`."""
    if not isinstance(row, dict) or not messages.are_messages(row.get("messages")):
        return False
    contents = [message.get("content") for message in row["messages"] if isinstance(message, dict)]
    listed = [part for content in contents if isinstance(content, list) for part in content]
    return all(isinstance(part, dict) and "value" in part for part in listed)


def read(row: Row) -> Conversation:
    """The row's messages and images, those of parts with an `<image>` where they stood.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    return messages.conversation(row)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's messages.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position in the row; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return swift.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation; the texts mark each image with `<image>`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    new_row: JsonObject = {} if row.source_id is None else {"id": row.source_id}
    new_row |= {"messages": messages.plain(tool_calls.joined(row.messages), _NAMES), "images": list(images)}
    new_row |= {"videos": [frames_of(video) or video for video in row.videos]} if row.videos else {}
    new_row |= {"audios": list(row.audios)} if row.audios else {}
    return [new_row | ({"tools": row.tools} if row.tools else {})]


def trouble(row: Conversation) -> str:
    """Why the trainer would pass over a conversation, "" where it would not."""
    roles = [message.role for message in tool_calls.joined(row.messages)]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    in_turn = all(role in _IN_TURN[index % 2] for index, role in enumerate(spoken))
    return "" if spoken and in_turn and len(spoken) % 2 == 0 else "in which user and assistant do not take turns"


def dpo(row: Conversation, images: tuple[str, ...], preferred: str, rejected: str) -> JsonObject:
    """Makes a preference pair: the conversation up to the instruction, then the preferred and the rejected answer.

    Args:
        row: Conversation that ends with the instruction.
        images: Names of its images in the export, in order.
        preferred: Answer that people prefer.
        rejected: Answer that they reject.

    Returns:
        One row.
    """
    answers = {"chosen": preferred, "rejected": rejected}
    return write(row, images)[0] | {name: {"role": "assistant", "content": text} for name, text in answers.items()}


def kto(row: Conversation, images: tuple[str, ...], desired: bool) -> JsonObject:
    """Makes a row that says whether the last answer is desired.

    Args:
        row: Conversation that ends with the answer.
        images: Names of its images in the export, in order.
        desired: True where people want such an answer.

    Returns:
        One row.
    """
    return {**write(row, images)[0], "kto_tag": desired}


def companion_files(files: Sequence[RowFile]) -> dict[str, bytes]:
    """Makes the `dataset_info.json` that makes the sets known to the trainer under their names.

    Args:
        files: Files of rows.

    Returns:
        Bytes of each file by its name.
    """
    info = {file.name: _entry(file) for file in files}
    return {"dataset_info.json": orjson.dumps(info, option=orjson.OPT_INDENT_2) + b"\n"}


def launch(file: RowFile) -> list[Launch]:
    """The options that the trainer reads the rows by."""
    stages = {"": "sft", "dpo": "dpo", "kto": "kto"}
    lines = (
        f"llamafactory-cli train --stage {stages[file.kind]} --dataset {file.name} \\\n"
        f"  --dataset_dir {FOLDER} --media_dir {quote(file.images)}"
    )
    return [Launch(program="LLaMA-Factory", language="sh", lines=lines)]


def _entry(file: RowFile) -> JsonObject:
    columns = {name: name for name in COLUMNS if name in file.members}
    return {
        "file_name": file.path,
        "formatting": "sharegpt",
        **({"ranking": True} if file.kind == "dpo" else {}),
        "columns": columns,
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "observation_tag": "observation",
            "function_tag": "function_call",
            "system_tag": "system",
        },
    }


FORMAT = Format(
    name="llamafactory",
    title="LLaMA-Factory sharegpt",
    about="LLaMA-Factory.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    roles=("user", "assistant", "system", "call", "tool"),
    trouble=trouble,
    opens=("reference", "copy"),
    launch=launch,
    companion_files=companion_files,
    dpo=dpo,
    kto=kto,
    containers=("list",),
)
