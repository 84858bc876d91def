"""WebDataset: a sample's files by their ending, pictures beside a conversation in `json` or a caption in `txt`.

(https://github.com/webdataset/webdataset)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson

from curation.formats import inner
from curation.formats.contract import Format, Launch, Row, RowFile
from curation.formats.conversation import Conversation, RejectedRowError, ending
from scoring.json_types import JsonObject

EXAMPLE = """\
{"__key__": "000001", "jpg": "a.jpg", "txt": "A dog on a beach."}
{"__key__": "000002", "0.jpg": "b.jpg", "1.png": "c.png", "json": {"messages": [{"role": "user", "content": "Which \
is larger?"}, {"role": "assistant", "content": "The first."}]}}
"""

_PICTURE = re.compile(r"(?:.*\.)?(jpe?g|png|webp|gif|bmp|tiff?)")


def recognise(row: object) -> bool:
    """True for a row with a shard's key."""
    return isinstance(row, dict) and "__key__" in row


def read(row: Row) -> Conversation:
    """The conversation on the sample's pictures.

    Raises RejectedRowError `not_an_object`, `no_conversation`, `bad_message` or `bad_image`.
    """
    if not recognise(row):
        raise RejectedRowError("not_an_object", "The row has no key of a shard.")
    images = tuple(value for name, value in row.items() if _PICTURE.fullmatch(name) and isinstance(value, str))
    return inner.read(_text(row), images, str(row["__key__"]))


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    if isinstance(row.get("json"), dict):
        return {**row, "json": inner.rewrite(row["json"], texts)}
    return inner.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation: pictures by number, the messages in `json`.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row; its key is empty until the shard is written.
    """
    named = {f"{number}.{ending(image)}": image for number, image in enumerate(images)}
    return [{"__key__": "", **named, "json": {"id": row.source_id} | inner.written(row)}]


def launch(file: RowFile) -> list[Launch]:
    """The lines that read the shards: the conversation, and as many pictures as the row has."""
    shard = orjson.dumps(file.location).decode()
    lines = (
        "import webdataset\n\n"
        f'shards = webdataset.WebDataset({shard}, shardshuffle=False).decode("pil")\n'
        'rows = ((row.get("json"), [value for value in row.values() if hasattr(value, "getbands")]) for row in shards)'
    )
    return [Launch(program="webdataset", language="python", lines=lines)]


def _text(row: JsonObject) -> JsonObject:
    inside = row.get("json")
    return inside if isinstance(inside, dict) and (inner.format_of(inside) or "txt" not in row) else row


FORMAT = Format(
    name="webdataset",
    title="WebDataset",
    about="Loaders that read tar shards.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    marks_images=False,
    roles=("user", "assistant", "system"),
    launch=launch,
    containers=("tar", "lines"),
    packs_images=True,
)
