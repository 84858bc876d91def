"""LRV-Instruction: a list of `{"image_id": "2392588", "question", "answer", "task"}`, images `2392588.jpg`.

(https://github.com/FuxiaoLiu/LRV-Instruction; the images are those of Visual Genome)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, Message, RejectedRowError, answered, text_of
from scoring.json_types import JsonObject

EXAMPLE = """[
{"image_id": "2392588", "question": "Is there a cat on the bench?", "answer": "No, there is none.", "task": "negative"},
{"image_id": "2392589", "question": "What is the man doing?", "answer": "He reads.", "task": "activity"}
]"""

ENDING = ".jpg"
"""What its loader puts after an image's id."""


def recognise(row: object) -> bool:
    """True for a question and an answer on an image id, without a question's id."""
    if not isinstance(row, dict) or not {"image_id", "question", "answer"} <= row.keys():
        return False
    return "question_id" not in row and isinstance(row["answer"], str)


def read(row: object) -> Conversation:
    """One turn. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict) or not {"question", "answer"} <= row.keys():
        raise RejectedRowError("no_conversation", "The row has no question and answer.")
    name = text_of(row.get("image_id"), "image_id", "bad_image")
    return Conversation(
        source_id=name or None,
        messages=(
            Message("user", text_of(row["question"], "question")),
            Message("assistant", text_of(row["answer"], "answer")),
        ),
        images=(f"{name}{ENDING}",) if name else (),
        task=str(row.get("task") or ""),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the question or the answer.

    Args:
        row: Parsed row with a question and an answer.
        texts: New text by position, question at 0 and answer at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    changed = {
        key: texts[position] for position, key in enumerate(("question", "answer")) if texts.get(position) is not None
    }
    return {**row, **changed}


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that was answered: the format knows no conversations.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where `trouble` says why.
    """
    if trouble(replace(row, images=images)):
        return []
    label = {"task": row.task} if row.task else {}
    return [
        {"image_id": images[0].removesuffix(ENDING), "question": turn.instruction, "answer": turn.response, **label}
        for turn in answered(row)
    ]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: its images have to be one whose name ends in `.jpg`."""
    return (
        ""
        if answered(row) and len(row.images) == 1 and row.images[0].endswith(ENDING)
        else ("without an answer and one image that is called .jpg")
    )


FORMAT = Format(
    name="lrv",
    title="LRV-Instruction",
    about="LRV-Instruction's own trainer.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    opens=("reference", "copy"),
    image_ending=ENDING,
    marks_images=False,
)
