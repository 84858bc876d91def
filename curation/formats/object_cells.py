"""Rows with a question and its answers as an object in one text, as RLHF-V is published.

(https://huggingface.co/datasets/openbmb/RLHF-V-Dataset: `text` holds a question, the answer that people chose, and the
one that they corrected)
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import cells, column_mapping, columns, texts
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

EXAMPLE = """\
{"idx": 0, "image": "1.jpg", "text": "{\\"question\\": \\"What is it?\\", \\"chosen\\": \\"A dog.\\", \
\\"rejected\\": \\"A cat.\\"}"}
{"idx": 1, "image": "2.jpg", "text": "{\\"question\\": \\"And this?\\", \\"chosen\\": \\"A bed.\\", \
\\"rejected\\": \\"A sofa.\\"}"}
"""


def recognise(row: object) -> bool:
    """True for a row of which a text holds an object with a question and its answer."""
    return isinstance(row, dict) and _cell(row) is not None


def read(row: Row) -> Conversation:
    """The one turn in the row's text, with the rejected answer.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    cell = _cell(row)
    if cell is None:
        raise RejectedRowError("no_conversation", "No text of the row holds a question and its answer.")
    name, fields = cell
    return columns.read({**{member: value for member, value in row.items() if member != name}, **fields})


def rewrite(row: JsonObject, changed: Mapping[int, str | None]) -> JsonObject:
    """Replaces the texts in the object in the row's text.

    Args:
        row: Parsed row that `read` accepts.
        changed: New text by position, instruction at 0 and response at 1; None leaves the text as it is.

    Returns:
        A new row with everything else as it was.
    """
    cell = _cell(row)
    if cell is None:
        return row
    name, fields = cell
    new_fields = texts.rewrite(fields, changed)
    return row if new_fields == fields else {**row, name: column_mapping.repacked(new_fields, row[name])}


def _cell(row: JsonObject) -> tuple[str, JsonObject] | None:
    """The member whose text holds the object, and the object."""
    for name, value in row.items():
        is_object = isinstance(value, str) and value.startswith("{") and len(value) <= cells.LONGEST
        fields = column_mapping.unpacked(value) if is_object else None
        if isinstance(fields, dict) and all(texts.columns(fields)):
            return name, fields
    return None


FORMAT = Format(
    name="object_cells",
    title="Questions and answers as an object in a text",
    about="RLHF-V and others who keep a pair of answers in one column.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    containers=("parquet", "table", "lines", "list"),
)
