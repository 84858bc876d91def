"""A JSON object of rows by their ids: `{"000001": {row}, "000002": {row}}`, as GQA and ScienceQA are published.

A row gets its key as the field `id`, or as `__key__` where it has an id of its own; written again, the key stands
before the row as it did.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import orjson

from curation.containers import splitting
from curation.containers.container import Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures

ID, KEY = "id", "__key__"
_LOOKED_AT = 8
"""Rows whose members are compared."""
_OPENING = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*+"\s*:\s*\{')
_ROW = re.compile(rb'\s*+\{\s*+(?P<key>"(?:[^"\\]|\\.)*+")\s*+:\s*+\{')
_NEXT = re.compile(rb"\s*[\[{]")
_ADDED = re.compile(r'\{"(?:id|__key__)": ?(?P<key>"(?:[^"\\]|\\.)*+")(?:, ?)?')


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether the text is one object of objects that are alike: a row itself has members of many kinds.

    Args:
        _path: File to import, whose name is not looked at.
        head: First bytes of the file without a byte order mark.

    Returns:
        True for rows by their ids.
    """
    if not _OPENING.match(head):
        return False
    after: list[bytes] = []
    opened = io.BytesIO(head)
    opened.seek(head.index(b"{") + 1)
    rows = list(islice(splitting.values(opened, closed_by=b"}", after=after), _LOOKED_AT))
    if (after and _NEXT.match(after[0])) or any(row.problem == "not_an_object" for row in rows):
        return False  # objects one after the other, or a member that is none
    members = [parsed for row in rows if (parsed := _members(row)) is not None]
    if len(members) < 2:
        key = next(iter(orjson.loads(rows[0].data)), "") if members else ""
        return bool(members) and len(members[0]) > 1 and any(character.isdigit() for character in key)
    first, *others = members
    return bool(first) and all(2 * len(first & other) >= max(len(first), len(other)) for other in others)


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order, each with its key; what cannot be split off as a row comes with its problem."""
    with source.path.open("rb") as file:
        while file.read(1) != b"{":
            pass
        for raw in splitting.values(file, closed_by=b"}"):
            yield raw if raw.problem else _with_key(raw)


def write(rows: Iterable[str], folder: Path, name: str, _envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.json, one object with each row by its key; a row without one gets its number.

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
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("{")
        for number, row in enumerate(rows):
            text = pictures.put_back(row).strip()
            match = _ADDED.match(text)
            key, value = (match["key"], "{" + text[match.end() :]) if match else (f'"{number}"', text)
            file.write((",\n" if number else "\n") + f"{key}: {value}")
        file.write("\n}\n")
    return [path]


def _members(row: RawRow) -> frozenset[str] | None:
    """The names of a row's members; None for what is no row of an object."""
    if row.problem:
        return None
    try:
        values = list(orjson.loads(row.data).values())
    except orjson.JSONDecodeError:
        return None
    return frozenset(values[0]) if len(values) == 1 and isinstance(values[0], dict) else frozenset()


def _with_key(raw: RawRow) -> RawRow:
    """The row of one member {key: row} as the row, with its key as a field before its own."""
    match = _ROW.match(raw.data)
    if match is None:
        return RawRow(b"", "not_an_object", f"Expected a key and an object, found {raw.data[:60]!r}.")
    row = raw.data[match.end() : -1].lstrip()
    field = KEY if _has_id(b"{" + row) else ID
    more = b"" if row.startswith(b"}") else b", "
    return RawRow(b'{"%s": %s%s' % (field.encode(), match["key"], more) + row, read=len(raw.data))


def _has_id(value: bytes) -> bool:
    if b'"id"' not in value and b'"__key__"' not in value:
        return False
    try:
        return ID in orjson.loads(value)
    except orjson.JSONDecodeError:
        return False


CONTAINER = Container(
    name="keyed",
    title="a JSON object of rows by their ids",
    extensions=(".json",),
    recognise=recognise,
    read=read,
    write=write,
    order=7,
)
