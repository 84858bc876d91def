"""Rows with an image and a text in columns: a question and its answer, or a caption; as a table or as JSON.

What many small sets are published as, under various names for the same things.
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import answers, media, texts
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError, name_of
from scoring.json_types import JsonObject

NAMES = ("id", "question_id", "uid", "key")

EXAMPLE = """\
{"id": "1", "image": "1.jpg", "question": "Where is the dog?", "answer": "On a beach.", "type": "conv"}
{"id": "2", "image": "2.jpg", "question": "What colour is it?", "answer": "Brown.", "type": "conv"}
"""


def recognise(row: object) -> bool:
    """True for a question with its answer, or for a caption beside a member that names an image."""
    if not isinstance(row, dict):
        return False
    instruction_column, response_column = texts.columns(row)
    return bool(response_column) and bool(instruction_column or media.member(row, media.IMAGES))


def read(row: object) -> Conversation:
    """One turn on the image. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    images = media.images(row, media.IMAGES)
    source = next((row[name] for name in NAMES if name in row), None)
    return Conversation(
        source_id=name_of(source),
        messages=texts.read(row, "".join(images)),
        images=images,
        videos=media.videos(row),
        rejected=answers.rejected(row),
        instruction_added=not texts.columns(row)[0],
    )


def rewrite(row: JsonObject, changed: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts in the row's columns.

    Args:
        row: Parsed row with a text in a known column.
        changed: New text by position, instruction at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    return texts.rewrite(row, changed)


FORMAT = Format(
    name="columns",
    title="Columns of images, questions and answers",
    about="Anybody with a table of images and texts.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("lines", "list", "table", "parquet", "objects", "members"),
    general=True,
)
