"""JSON Lines: an object a line; rows keep their own characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.containers import splitting
from curation.containers.container import BUFFER, Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures

_BREAKS = re.compile(r"[\r\n]+")


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether the first line is closed as an object is, or the first two are lists.

    Args:
        _path: File to import, whose name is not looked at.
        head: First bytes of the file without a byte order mark.

    Returns:
        True for JSON Lines.
    """
    text = head.lstrip()
    first, newline, following = text.partition(b"\n")
    if text[:1] == b"[":
        return first.rstrip().endswith(b"]") and following.lstrip()[:1] == b"["
    return text[:1] == b"{" and (not newline or first.rstrip().endswith(b"}"))


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order; a line that is too long comes with its problem."""
    yield from splitting.lines(source.path)


def write(rows: Iterable[str], folder: Path, name: str, _envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.jsonl; line breaks inside a row, which only stand between its members, become blanks.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        _envelope: What stood around the rows: nothing here.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The one file written.
    """
    path = folder / f"{name}.jsonl"
    with path.open("w", BUFFER, encoding="utf-8", newline="") as file:
        for row in rows:
            text = pictures.put_back(row)
            is_one_line = "\n" not in text and "\r" not in text
            file.write((text if is_one_line else _BREAKS.sub(" ", text)) + "\n")
    return [path]


CONTAINER = Container(
    name="lines",
    title="JSON Lines",
    extensions=(".jsonl", ".json", ".ndjson"),
    recognise=recognise,
    read=read,
    write=write,
    order=7,
)
