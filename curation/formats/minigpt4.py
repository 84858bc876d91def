"""MiniGPT-4's second stage (cc_sbu_align): `{"annotations": [{"image_id": "2", "caption": ".."}]}`, images `2.jpg`.

The rows have no instruction: MiniGPT-4 draws one at training time, so it is shown here as one of a few
(https://github.com/Vision-CAIR/MiniGPT-4/blob/main/prompts/alignment.txt has the idea; the wording here is ours).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, text_of
from scoring.json_types import JsonObject

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
            Message("user", INSTRUCTIONS[zlib.crc32(name.encode()) % len(INSTRUCTIONS)]),
            Message("assistant", text_of(row["caption"], "caption")),
        ),
        images=(f"{name}.jpg",) if name else (),
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


FORMAT = Format(
    name="minigpt4",
    title="MiniGPT-4 captions",
    about="MiniGPT-4's second training stage.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("members", "list", "lines"),
)
