"""Hugging Face imagefolder: `file_name` or `file_names` with a conversation, a question and answer, or a caption.

(https://huggingface.co/docs/datasets/image_dataset#imagefolder)
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from curation.formats import inner
from curation.formats.contract import Format, Launch, Row, RowFile
from curation.formats.conversation import Conversation, RejectedRowError, names_of
from scoring.json_types import JsonObject

EXAMPLE = """\
{"file_name": "0001.jpg", "text": "A dog on a beach."}
{"file_name": "0002.jpg", "question": "What is it?", "answer": "A cat."}
{"file_names": ["0001.jpg", "0002.jpg"], "messages": [{"role": "user", "content": "Which is larger?"}, \
{"role": "assistant", "content": "The dog."}]}
"""


def recognise(row: object) -> bool:
    """True for a row that names its files."""
    return isinstance(row, dict) and bool({"file_name", "file_names"} & row.keys())


def read(row: Row) -> Conversation:
    """The conversation on the files. Raises RejectedRowError `no_conversation`, `bad_message` or `bad_image`."""
    if not recognise(row):
        raise RejectedRowError("no_conversation", "The row names no file.")
    named = names_of(row.get("file_names", row.get("file_name")), "file_name")
    folder = row.get("__folder__")
    return inner.read(row, tuple(f"{folder}/{name}" for name in named) if isinstance(folder, str) else named)


def rewrite(row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
    """Replaces texts of the row's conversation, whichever shape it has.

    Args:
        row: Parsed row that `read` accepts.
        texts: New text by the message's position; None leaves a message out, but a text in a column as it is.

    Returns:
        A new row with everything else as it was.
    """
    return inner.rewrite(row, texts)


def write(row: Conversation, images: tuple[str, ...]) -> list[JsonObject]:
    """Makes a new row of a conversation: `file_names`, so that all rows have the same columns.

    Args:
        row: Conversation read from a row of any format.
        images: Names of its images in the export, in order.

    Returns:
        One row.
    """
    return [{"id": row.source_id or "", "file_names": list(images)} | inner.written(row)]


def launch(file: RowFile) -> list[Launch]:
    """The lines that load the folder."""
    folder = orjson.dumps(file.location.rpartition("/")[0]).decode()
    lines = f'from datasets import load_dataset\n\nrows = load_dataset("imagefolder", data_dir={folder}, split="train")'
    return [Launch(program="datasets", language="python", lines=lines)]


FORMAT = Format(
    name="imagefolder",
    title="Hugging Face imagefolder",
    about="`load_dataset` of Hugging Face `datasets`.",
    example=EXAMPLE,
    recognise=recognise,
    read=read,
    rewrite=rewrite,
    write=write,
    marks_images=False,
    roles=("user", "assistant", "system"),
    needs_images=True,
    launch=launch,
    containers=("folder", "lines"),
    packs_images=True,
)
