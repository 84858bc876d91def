"""Rows with an image and a text in columns: a question and its answer, or a caption; as a table or as JSON.

What many small sets are published as, under various names for the same things.
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import texts
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError, name_of, names_of
from scoring.json_types import JsonObject

IMAGES = (
    "image",
    "images",
    "image_path",
    "img",
    "img_path",
    "file",
    "filename",
    "path",
    "url",
    "image_url",
    "image_id",
)
NAMES = ("id", "question_id", "uid", "key")

EXAMPLE = """\
{"id": "1", "image": "1.jpg", "instruction": "Where is the dog?", "output": "On a beach.", "type": "conv"}
{"id": "2", "image": "2.jpg", "instruction": "What colour is it?", "output": "Brown.", "type": "conv"}
"""


def recognise(row: object) -> bool:
    """True for a text in a column of a known name, beside one that names an image."""
    return isinstance(row, dict) and bool(texts.columns(row)[1]) and bool(_image(row))


def read(row: object) -> Conversation:
    """One turn on the image. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    column = _image(row)
    value = row.get(column)
    images = names_of(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if column == "image_id":
        images = tuple(name if "." in name else f"{name}.jpg" for name in images)
    source = next((row[name] for name in NAMES if name in row), None)
    return Conversation(source_id=name_of(source), messages=texts.read(row, "".join(images)), images=images)


def rewrite(row: JsonObject, changed: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts in the row's columns.

    Args:
        row: Parsed row with a text in a known column.
        changed: New text by position, instruction at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    return texts.rewrite(row, changed)


def _image(row: JsonObject) -> str:
    return next((name for name in IMAGES if row.get(name)), "")


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
