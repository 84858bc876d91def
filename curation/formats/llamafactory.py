"""LLaMA-Factory's sharegpt sets: a JSON list of messages with `images`, named in a `dataset_info.json` beside it.

(https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md)
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from curation.formats import messages, swift
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, name_of, names_of
from scoring.json_types import JsonObject

EXAMPLE = """[
{"messages": [{"role": "user", "content": "<image>What is it?"}, {"role": "assistant", "content": "A dog."}],
 "images": ["photos/1.jpg"]},
{"messages": [{"role": "user", "content": [{"type": "image_url", "value": "photos/2.jpg"},
   {"type": "text", "value": "And this?"}]}, {"role": "assistant", "content": [{"type": "text", "value": "A cat."}]}]}
]"""


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
    spoken_messages, part_images = messages.spoken(row)
    return Conversation(
        source_id=name_of(row.get("id")),
        messages=spoken_messages,
        images=part_images or names_of(row.get("images")),
        videos=names_of(row.get("videos"), "video"),
    )


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
    return swift.write(row, images)


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
    return swift.write(row, images)[0] | {
        name: {"role": "assistant", "content": text} for name, text in answers.items()
    }


def kto(row: Conversation, images: tuple[str, ...], desired: bool) -> JsonObject:
    """Makes a row that says whether the last answer is desired.

    Args:
        row: Conversation that ends with the answer.
        images: Names of its images in the export, in order.
        desired: True where people want such an answer.

    Returns:
        One row.
    """
    return {**swift.write(row, images)[0], "kto_tag": desired}


def companion_files(rows: Mapping[str, int], _root: str) -> dict[str, bytes]:
    """Makes the `dataset_info.json` that makes each file of rows known to the trainer under its name.

    Args:
        rows: Number of rows by the name of their file without its ending.

    Returns:
        Bytes of each file by its name.
    """
    entries = {
        name: {
            "file_name": f"{name}.json",
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
                "system_tag": "system",
            },
            "num_samples": count,
        }
        for name, count in rows.items()
    }
    return {"dataset_info.json": orjson.dumps(entries, option=orjson.OPT_INDENT_2) + b"\n"}


FORMAT = Format(
    name="llamafactory",
    title="LLaMA-Factory sharegpt",
    about="LLaMA-Factory.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    companion_files=companion_files,
    dpo=dpo,
    kto=kto,
    containers=("list",),
)
