"""A JSON list of objects, read in a stream; rows keep their own characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.containers import lines, splitting
from curation.containers.container import BUFFER, Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures


def recognise(path: Path, head: bytes) -> bool:
    """Says whether the text opens a list, and not one in every line.

    Args:
        path: File to import, whose name is not looked at.
        head: First bytes of the file without a byte order mark.

    Returns:
        True for a JSON list.
    """
    return head.lstrip()[:1] == b"[" and not lines.recognise(path, head)


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order; what cannot be split off as a row comes with its problem."""
    with source.path.open("rb") as file:
        while file.read(1) != b"[":
            pass
        yield from splitting.values(file, closed_by=b"]")


def write(rows: Iterable[str], folder: Path, name: str, _envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.json, a row a line.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        _envelope: What stood around the rows: nothing here.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The one file written.
    """
    path = folder / f"{name}.json"
    with path.open("w", BUFFER, encoding="utf-8", newline="") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write((",\n" if number else "\n") + pictures.put_back(row))
        file.write("\n]\n")
    return [path]


CONTAINER = Container(
    name="list",
    title="a JSON list",
    extensions=(".json",),
    recognise=recognise,
    read=read,
    write=write,
)
