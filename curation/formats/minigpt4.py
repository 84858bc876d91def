"""MiniGPT-4's second stage (cc_sbu_align): `{"annotations": [{"image_id": "2", "caption": ".."}]}`, images `2.jpg`.

The rows have no instruction: MiniGPT-4 draws one at training time, so it is shown here as one of a few
(https://github.com/Vision-CAIR/MiniGPT-4/blob/main/prompts/alignment.txt has the idea; the wording here is ours).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, answered, text_of
from scoring.json_types import JsonObject
from scoring.text import tasks

EXAMPLE = """{"annotations": [
{"image_id": "2", "caption": "The image shows a man who fishes on a lawn."},
{"image_id": "4", "caption": "The image shows a cake in the shape of a book."}
]}"""

INSTRUCTIONS = (
    "Describe this image in detail.",
    "Look at this picture and say what you see.",
    "Give a thorough description of the image.",
    "What does this photo show? Tell me everything that you notice.",
)

ENDING = ".jpg"
"""What its loader puts after an image's id."""


def instruction(name: str) -> str:
    """The instruction that the caption of a row of this name gets: always the same one for the same name."""
    return INSTRUCTIONS[zlib.crc32(name.encode()) % len(INSTRUCTIONS)]


def recognise(row: object) -> bool:
    """True for an image id and a caption, as text, and no instruction."""
    if not isinstance(row, dict) or not isinstance(row.get("caption"), str):
        return False
    return isinstance(row.get("image_id"), str | int) and not {"id", "question", "category_id"} & row.keys()


def read(row: object) -> Conversation:
    """One turn: an instruction of ours, the caption. Raises RejectedRowError `no_conversation` or `bad_message`."""
    if not isinstance(row, dict) or row.get("caption") is None:
        raise RejectedRowError("no_conversation", "The row has no caption.")
    name = text_of(row.get("image_id"), "image_id", "bad_image")
    return Conversation(
        source_id=name or None,
        messages=(
            Message("user", instruction(name)),
            Message("assistant", text_of(row["caption"], "caption")),
        ),
        images=(f"{name}{ENDING}",) if name else (),
        instruction_added=True,
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the caption; the instruction is not part of the row and cannot be changed.

    Args:
        row: Parsed row with a caption.
        texts: New text by position; only the one at 1 is used, None leaves the caption as it is.

    Returns:
        A new row, or the same one where the caption stays.
    """
    caption = texts.get(1)
    return row if caption is None else {**row, "caption": caption}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that asks for a description: a caption is the answer to nothing else.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where `trouble` says why.
    """
    if trouble(replace(row, images=images)):
        return []
    return [
        {"image_id": images[0].removesuffix(ENDING), "caption": turn.response}
        for turn in answered(row)
        if _asks_for_description(turn.instruction or "")
    ]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: it has to ask for a description of one image, called `.jpg`."""
    describes = any(_asks_for_description(turn.instruction or "") for turn in answered(row))
    return (
        ""
        if describes and len(row.images) == 1 and row.images[0].endswith(ENDING)
        else ("that do not describe one image that is called .jpg")
    )


def _asks_for_description(instruction: str) -> bool:
    """True for an instruction that sets no task but to describe, or none at all."""
    text = instruction.lower()
    set_task = next((task.name for task in tasks.load() if task.pattern and task.pattern.search(text)), "")
    return not text or instruction in INSTRUCTIONS or set_task == "description"


FORMAT = Format(
    name="minigpt4",
    title="MiniGPT-4 captions",
    about="MiniGPT-4's second training stage.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    opens=("reference", "copy"),
    image_ending=ENDING,
    marks_images=False,
    containers=("members", "list", "lines"),
)
