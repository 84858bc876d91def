"""A JSON file whose records are parsed one by one: the file is mapped, not loaded, and only places are kept."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from curation.annotations.model import AnnotationsError
from curation.annotations.places import RecordPlaces, find
from curation.annotations.records import Problems
from curation.containers import row_parser
from scoring.json_types import JsonObject
from scoring.plain_files import plain

_BOM = b"\xef\xbb\xbf"
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"(dp", b"(lp", b"ccopy_reg", b"cnumpy")
_PACKED = ((b"\x1f\x8b", "compressed"), (b"BZh", "compressed"), (b"\xfd7zXZ", "compressed"), (b"PK\x03\x04", "a zip"))
_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
_WIDE = ((b"\xff\xfe", "UTF-16 or UTF-32"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))
LINES_ENDINGS = (".jsonl", ".ndjson")
PICKLE_ENDINGS = (".pkl", ".pickle", ".jbl", ".joblib", ".npy", ".pt", ".pth")


@dataclass
class Document:
    """A mapped file. `layout` is "object", "list" or "lines"; `scalars` are an object's plain values.

    Records are the objects in a list under a key of an object (`key`), or in the list or lines of the file ("").
    """

    path: Path
    layout: str
    data: mmap.mmap
    spans: RecordPlaces
    keys: dict[str, int] = field(default_factory=dict)
    scalars: JsonObject = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name

    def first(self, key: str = "") -> JsonObject:
        """The first usable record, or {}."""
        return next(self.rows(Problems(), key), {})

    def first_member(self, key: str) -> JsonObject:
        """The first usable record of an object of records, or {}."""
        return next((row for _, row in self.members(Problems(), key)), {})

    def rows(self, problems: Problems, key: str = "") -> Iterator[JsonObject]:
        """Reads the records of a list; one that is no object or not valid JSON is counted and left out.

        Args:
            problems: Counts the records that are left out.
            key: Key of the list in an object, "" for the file's own list or lines.

        Yields:
            Records in order.
        """
        for _, row in self._records(problems, key, "["):
            yield row

    def members(self, problems: Problems, key: str) -> Iterator[tuple[str, JsonObject]]:
        """Reads the records of an object of records.

        Args:
            problems: Counts the records that are left out.
            key: Key of the object.

        Yields:
            (name, record) in order.
        """
        for gap, row in self._records(problems, key, "{"):
            yield str(_loads(gap.strip(b" \t\r\n,:") or b'""', "")), row

    def value(self, key: str) -> Any:
        """All that stands under the key, parsed at once. Raises AnnotationsError when it is not valid JSON."""
        if key not in self.keys:
            return self.scalars.get(key)
        start, stop = self.spans.values[self.keys[key]]
        try:
            return orjson.loads(self.data[start:stop])
        except orjson.JSONDecodeError as error:
            raise AnnotationsError(f'{self.name}: what stands under "{key}" is not valid JSON: {error}.') from error

    def _records(self, problems: Problems, key: str, bracket: str) -> Iterator[tuple[bytes, JsonObject]]:
        if self.layout == "lines":
            yield from ((b"", row) for row in self._lines(problems) if not key)
            return
        if (key and key not in self.keys) or (not key and self.layout != "list"):
            return
        value_number = self.keys.get(key, 0)
        end, closing = self.spans.values[value_number]
        if self.data[end : end + 1] != bracket.encode():
            return
        end += 1
        for start, stop in self.spans.children(value_number):
            gap = self.data[end:start]
            if bracket == "[" and gap.strip(b" \t\r\n,"):
                problems.add("that are no objects")
            row = _record(self.data[start:stop], problems)
            if row is not None:
                yield gap, row
            end = stop
        if self.data[end : closing - 1].strip(b" \t\r\n,"):
            problems.add("that are no objects")

    def _lines(self, problems: Problems) -> Iterator[JsonObject]:
        self.data.seek(len(_BOM) if self.data[:3] == _BOM else 0)
        while line := self.data.readline():
            row = _record(line, problems) if line.strip() else None
            if row is not None:
                yield row


def open_document(path: Path) -> Document:
    """Maps a file and finds its records. Raises AnnotationsError with one sentence for what is no JSON file."""
    try:
        with plain(path).open("rb") as file:
            head = file.read(16)
            if not head.removeprefix(_BOM).strip() and path.stat().st_size <= 16:
                raise AnnotationsError(f"{path.name} is empty.")
            _refuse(path, head)
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise AnnotationsError(f"Cannot read the annotations {path}: {error.strerror or error}.") from error
    return _document(path, data)


def _refuse(path: Path, head: bytes) -> None:
    if path.suffix.lower() in PICKLE_ENDINGS or head.startswith(_PICKLES):
        raise AnnotationsError(
            f"{path.name} is a Python pickle. Opening one can run any program, so Winnow never does; "
            "save its content as JSON where you trust it, and give that file."
        )
    for mark, content in (*_PACKED, *((mark, "compressed") for mark in _ZLIB)):
        if head.startswith(mark):
            raise AnnotationsError(f"{path.name} is {content}; unpack it and give the JSON file inside.")
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            raise AnnotationsError(f"{path.name} is {encoding} text; save it as UTF-8.")


def _document(path: Path, data: mmap.mmap) -> Document:
    start = len(_BOM) if data[:3] == _BOM else 0
    while start < len(data) and data[start : start + 1].isspace():
        start += 1
    opening = data[start : start + 1]
    if opening not in (b"{", b"["):
        content = (
            "empty" if not opening else f"neither JSON nor JSON Lines: it starts with {data[start : start + 20]!r}"
        )
        raise AnnotationsError(f"{path.name} is {content}.")
    if opening == b"{" and (path.suffix.lower() in LINES_ENDINGS or _has_lines(data, start)):
        return Document(path, "lines", data, RecordPlaces())
    spans = find(data, start, levels=2 if opening == b"{" else 1, name=path.name)
    if opening == b"[":
        return Document(path, "list", data, spans)
    document = Document(path, "object", data, spans)
    _name_values(document)
    return document


def _has_lines(data: mmap.mmap, start: int) -> bool:
    """Whether the first line is one whole object and another line follows."""
    end = data.find(b"\n", start)
    if end < 0 or not data[start:end].rstrip().endswith(b"}"):
        return False
    next_line = end
    while next_line < len(data) and data[next_line : next_line + 1].isspace():
        next_line += 1
    return next_line < len(data) and data[next_line : next_line + 1] == b"{"


def _name_values(document: Document) -> None:
    """Reads the keys of an object from what stands between its lists and objects."""
    before = document.spans.root[0] + 1
    for number, (start, stop) in enumerate(document.spans.values):
        pairs = _pairs(document, document.data[before:start].lstrip(b" \t\r\n,") + b"null")
        if not pairs:
            raise AnnotationsError(f"{document.name} is not valid JSON near byte {start}.")
        key = pairs.pop()[0]
        if key in document.keys:
            raise AnnotationsError(f'{document.name} has the key "{key}" twice; only one of them can count.')
        document.keys[key] = number
        document.scalars.update(pairs)
        before = stop
    ending = document.data[before : document.spans.root[1] - 1].strip(b" \t\r\n,")
    document.scalars.update(_pairs(document, ending))


def _pairs(document: Document, inside: bytes) -> list[tuple[str, object]]:
    try:
        return json.loads(b"{" + inside + b"}", object_pairs_hook=list) or []
    except ValueError as error:
        raise AnnotationsError(f"{document.name} is not valid JSON near {inside[:40]!r}.") from error


def _record(data: bytes, problems: Problems) -> JsonObject | None:
    try:
        row = orjson.loads(data)
    except orjson.JSONDecodeError:
        problems.add("that are not valid JSON")
        return None
    if not isinstance(row, dict):
        problems.add("that are no objects")
        return None
    try:
        if row_parser.repeated_keys(data, orjson.dumps(row)):
            problems.add("with a key twice")
            return None
    except (RecursionError, orjson.JSONEncodeError):
        problems.add("that are nested too deeply")
        return None
    return row


def _loads(data: bytes, otherwise: object) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return otherwise
