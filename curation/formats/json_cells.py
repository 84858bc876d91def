"""Tables with a conversation as text in a column, as pandas writes them to CSV: JSON, or what Python prints.

What stands in the text is read as the format that it is of.
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.formats import cells, inner, media
from curation.formats.contract import Format, Row
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

EXAMPLE = """\
{"id": "1", "image": "1.jpg", "conversations": "[{\\"from\\": \\"human\\", \\"value\\": \\"<image>What?\\"}, \
{\\"from\\": \\"gpt\\", \\"value\\": \\"A dog.\\"}]"}
{"id": "2", "image": "", "messages": "[{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello.'}]"}
"""


def recognise(row: object) -> bool:
    """True for a row of which a text holds a list of messages or pairs."""
    if not isinstance(row, dict):
        return False
    fields = cells.opened(row)
    return fields is not row and inner.format_of(fields) is not None


def read(row: Row) -> Conversation:
    """The conversation in the row's text.

    Raises RejectedRowError: `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not isinstance(row, dict):
        raise RejectedRowError("not_an_object", f"The row is a {type(row).__name__}, not an object.")
    fields = cells.opened(row)
    if inner.format_of(fields) is None:
        raise RejectedRowError("no_conversation", "No text of the row holds a list of messages.")
    return inner.read(fields, media.images(fields))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the conversation in the row's text, which is JSON, or Python's print, as it was.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; a message whose text is None is left out.

    Returns:
        A new row with everything else as it was.
    """
    return inner.rewrite(row, texts)


FORMAT = Format(
    name="json_cells",
    title="Tables with conversations as text",
    about="Anybody who keeps conversations in a table.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    marks_images=False,
    roles=("user", "assistant", "system"),
    containers=("table", "parquet", "lines", "list"),
)
