"""A whole table as one JSON object, as pandas and `datasets` write it: a member for each column, or `data`.

`{"image": {"0": "a.jpg", "1": "b.jpg"}, "question": {...}}` (`orient="columns"`), the same with lists,
`{"0": {"image": "a.jpg", ...}, "1": {...}}` (`orient="index"`), and
`{"columns": [...], "index": [...], "data": [[...], ...]}` (`orient="split"`). A column is only known at its end, so
that such a file is read as a whole, up to a size.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from curation.containers import row_parser, splitting
from curation.containers.container import Container, DatasetSource, Envelope, RawRow, UnreadableFileError
from curation.images.inline import Pictures
from scoring.json_types import JsonObject

LARGEST_BYTES = splitting.LONGEST_ROW_BYTES

_TEXT = rb'"(?:[^"\\]|\\.)*+"'
_VALUE = rb"(?:" + _TEXT + rb"|[^\s,:\[\]{}\"]+)"
_OF_INDEX = re.compile(rb"\s{0,64}\{\s{0,64}" + _TEXT + rb'\s{0,64}:\s{0,64}\{\s{0,64}"0"\s{0,64}:')
_OF_ROWS = re.compile(rb'\s{0,64}\{\s{0,64}"0"\s{0,64}:\s{0,64}\{')
_OF_LISTS = re.compile(rb"\s{0,64}\{\s{0,64}" + _TEXT + rb"\s{0,64}:\s{0,64}\[\s{0,64}" + _VALUE + rb"\s{0,64}[,\]]")
_SPLIT = re.compile(rb'\s{0,64}\{\s{0,64}"(?:columns|index|data)"\s{0,64}:\s{0,64}\[')
MARK = b"\xef\xbb\xbf"
_SPLIT_NAMES = {"columns", "data"}


def recognise(path: Path, head: bytes) -> bool:
    """Says whether the text is one object of columns, each as long as the others.

    Args:
        path: File to import, which has to be small enough to be read as a whole.
        head: First bytes of the file without a byte order mark.

    Returns:
        True for a table.
    """
    if not any(opening.match(head) for opening in (_OF_INDEX, _OF_ROWS, _OF_LISTS, _SPLIT)):
        return False
    if path.stat().st_size <= len(head) + len(MARK):
        return _orientation(_parsed(head)) != ""
    first, newline, _ = head.lstrip().partition(b"\n")
    return not newline or _parsed(first) is None  # a whole object in the first line is a row, not the table


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order, each an object of its columns' values. The envelope gets how the table is written.

    Raises UnreadableFileError for a file that is too large to be read as a whole.
    """
    size = source.path.stat().st_size
    if size > LARGEST_BYTES:
        raise UnreadableFileError(
            f"{source.path.name} is a table of columns in one JSON object, which cannot be read row by row, and larger "
            f"than {LARGEST_BYTES >> 20} MB. Write it with to_json(orient='records', lines=True)."
        )
    table = _parsed(source.path.read_bytes().removeprefix(MARK))
    orientation = _orientation(table)
    if not orientation:
        raise UnreadableFileError(
            f"{source.path.name} is one JSON object that is neither a row nor a table: its columns differ in length."
        )
    rows = _rows(table, orientation)
    source.envelope["orientation"] = orientation
    for row in rows:
        yield RawRow(orjson.dumps(row), read=size // len(rows))


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.json, one object of columns.

    Args:
        rows: JSON text of each row, in order.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        envelope: The table's `orientation`; the index of the rows counts from 0.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The one file written.
    """
    parsed: list[JsonObject] = [orjson.loads(pictures.put_back(row)) for row in rows]
    names = list(dict.fromkeys(member for row in parsed for member in row))
    orientation = envelope.get("orientation", "columns")
    table: JsonObject
    if orientation == "split":
        data = [[row.get(member) for member in names] for row in parsed]
        table = {"columns": names, "index": list(range(len(parsed))), "data": data}
    elif orientation == "index":
        table = {str(number): row for number, row in enumerate(parsed)}
    elif orientation == "lists":
        table = {member: [row.get(member) for row in parsed] for member in names}
    else:
        table = {member: {str(number): row.get(member) for number, row in enumerate(parsed)} for member in names}
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps(table) + b"\n")
    return [path]


def _parsed(data: bytes) -> Any:
    """The JSON value, NaN as null; None where there is none."""
    with contextlib.suppress(orjson.JSONDecodeError):
        return orjson.loads(data)
    with contextlib.suppress(orjson.JSONDecodeError):
        return orjson.loads(row_parser.without_nan(data)[0])
    return None


def _orientation(table: object) -> str:
    """How a table is written: "columns", "index", "lists" or "split"; "" for an object that is none."""
    if not isinstance(table, dict) or not table:
        return ""
    if table.keys() >= _SPLIT_NAMES and table.keys() <= {*_SPLIT_NAMES, "index"}:
        names, data = table["columns"], table["data"]
        fits = isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data)
        return "split" if fits and all(len(row) == len(names) for row in data) else ""
    columns = list(table.values())
    if all(isinstance(column, dict) for column in columns):
        first = list(columns[0])
        if list(table) == [str(number) for number in range(len(table))] and first[:1] != ["0"]:
            return "index"
        return "columns" if first[:1] == ["0"] and all(list(column) == first for column in columns) else ""
    if len(columns) > 1 and all(isinstance(column, list) and _are_plain(column) for column in columns):
        return "lists" if len({len(column) for column in columns}) == 1 else ""
    return ""


def _are_plain(column: Sequence[object]) -> bool:
    """True for values of a table: lists of objects are those of a single row."""
    return not any(isinstance(value, dict | list) for value in column)


def _rows(table: JsonObject, orientation: str) -> list[JsonObject]:
    if orientation == "index":
        return list(table.values())
    if orientation == "split":
        return [dict(zip(table["columns"], row, strict=True)) for row in table["data"]]
    columns = [column.values() if orientation == "columns" else column for column in table.values()]
    return [dict(zip(table, values, strict=True)) for values in zip(*columns, strict=True)]


CONTAINER = Container(
    name="frame",
    title="a table of columns in one JSON object",
    extensions=(".json",),
    recognise=recognise,
    read=read,
    write=write,
    order=4,
)
