"""MultiInstruct: `{"unique_id", "task_name", "image_path", "region", "options", "prompt", "target"}` a line.

(https://github.com/VT-NLP/MultiInstruct)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats.contract import Format
from curation.formats.conversation import (
    Conversation,
    Message,
    Region,
    RejectedRowError,
    answered,
    name_of,
    names_of,
    text_of,
)
from scoring.json_types import JsonObject

EXAMPLE = """\
{"unique_id": "t_1", "image_source": "coco", "task_name": "visual_relationship", "image_path": "a/1.jpg", "region": \
["10.5 20 110 120"], "options": ["on", "under"], "target_txt": "on", "prompt": "How are they related? \\n\\n[Options]: \
on||||under", "target": "on"}
{"unique_id": "t_2", "image_source": "coco", "task_name": "image_caption", "image_path": "a/2.jpg", "options": [], \
"target_txt": "a dog", "prompt": "Write a caption.", "target": "a dog"}
"""


def recognise(row: object) -> bool:
    """True for a prompt with its target and the name of a task."""
    return isinstance(row, dict) and {"prompt", "task_name"} <= row.keys() and bool(_answer(row))


def read(row: object) -> Conversation:
    """One turn, the task's name as its label, the regions in pixels.

    Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict) or "prompt" not in row or not _answer(row):
        raise RejectedRowError("no_conversation", "The row has no prompt with a target.")
    return Conversation(
        source_id=name_of(row.get("unique_id")),
        messages=(
            Message("user", text_of(row["prompt"], "prompt")),
            Message("assistant", text_of(row[_answer(row)], "target")),
        ),
        images=names_of(row.get("image_path"), "image_path"),
        regions=tuple(_regions(row.get("region"))),
        task=str(row.get("task_name") or ""),
    )


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts; the plain target follows a new answer.

    Args:
        row: Parsed row with a prompt and its target.
        texts: New text by position, prompt at 0 and target at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    changed: JsonObject = {}
    if texts.get(0) is not None:
        changed["prompt"] = texts[0]
    if texts.get(1) is not None:
        changed |= {name: texts[1] for name in ("target", "target_txt") if name in row}
    return {**row, **changed}


def _answer(row: JsonObject) -> str:
    return next((name for name in ("target", "target_txt") if name in row), "")


def _regions(value: object) -> list[Region]:
    regions = []
    for text in value if isinstance(value, list) else []:
        try:
            left, top, right, bottom = (float(number) for number in str(text).split())
        except ValueError:
            continue
        regions.append(Region((left, top, right, bottom)))
    return regions


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a row for every turn that was answered: the format knows no conversations.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        Rows in the order of the turns; none where `trouble` says why.
    """
    if trouble(row):
        return []
    boxes = [" ".join(f"{number:g}" for number in region.box) for region in row.regions if not region.scale]
    return [
        {
            "unique_id": row.source_id or "",
            "task_name": row.task,
            "image_path": images[0],
            "region": boxes,
            "options": [],
            "prompt": turn.instruction,
            "target": turn.response,
            "target_txt": turn.response,
        }
        for turn in answered(row)
    ]


def trouble(row: Conversation) -> str:
    """Why nothing is written of a conversation: it has to have an answer and one image."""
    return "" if answered(row) and len(row.images) == 1 else "without an answer and one image"


FORMAT = Format(
    name="multiinstruct",
    title="MultiInstruct",
    about="MultiInstruct's own scripts.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    trouble=trouble,
    opens=("reference", "copy"),
    marks_images=False,
    containers=("lines", "list"),
)
