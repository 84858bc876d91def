"""A JSON object that holds the rows in one of its members, a list or an object of objects, beside other members.

MiniGPT-4's `{"annotations": [...]}` and MIMIC-IT's `{"meta": {...}, "data": {"LA_INS_1": {...}}}` are such files. The
text around the rows is kept and written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import orjson

from curation.containers import splitting
from curation.containers.container import BUFFER, Container, DatasetSource, Envelope, RawRow
from curation.images.inline import Pictures

_SPLITS = ("train", "validation", "val", "dev", "test")
_ASKED = "questions"
"""A member of CLEVR's and VQA's files whose rows name their images; elsewhere it is a row's own list of questions."""
NAMES = ("annotations", "data", "rows", "samples", "examples", _ASKED, *_SPLITS)
"""Members that hold rows, by what published sets call them."""

LARGEST_REST = 64 << 20
"""Bytes that may stand before the rows."""

_MEMBER = re.compile(rb'"(' + "|".join(NAMES).encode() + rb')"\s*:\s*([\[{])')
_OTHER_SPLIT = re.compile(rb'"(' + "|".join(_SPLITS).encode() + rb')"\s{0,64}:\s{0,64}\[\s{0,64}\{')
_OF_A_ROW = {"conversations", "messages", "image", "images", "image_id", "question", "instruction", "response", "text"}
_NAMES_IMAGE = re.compile(rb'"image\w*"\s*:')
_CLOSING = {b"[": b"]", b"{": b"}"}


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether an object has a member of rows and none that only a row itself would have.

    Args:
        _path: File to import, whose name is not looked at.
        head: First bytes of the file without a byte order mark.

    Returns:
        True for an object that holds the rows in a member.
    """
    return head.lstrip()[:1] == b"{" and _opening(head) is not None


def read(source: DatasetSource) -> Iterator[RawRow]:
    """Rows in order, in an object of rows each with its key: {key: row}. The envelope gets `before` and `after`."""
    with source.path.open("rb") as file:
        splitting.skip_mark(file)
        start = file.tell()
        head = _head(file)
        opening = _opening(head)
        if opening is None:
            yield RawRow(b"", "no_rows", "The member with the rows is too far from the beginning of the file.")
            return
        stop, bracket = opening
        source.envelope["before"] = head[:stop].decode("utf-8", "replace")
        file.seek(start + stop)
        after: list[bytes] = []
        yield from splitting.values(file, closed_by=_CLOSING[bracket], after=after)
        if other := _OTHER_SPLIT.search(b"".join(after)):
            name = other[1].decode()
            yield RawRow(
                b"", "other_split", f"The rows of {name!r} were not read: write each split into a file of its own."
            )
        source.envelope["after"] = (_CLOSING[bracket] + b"".join(after)).decode("utf-8", "replace")


def write(rows: Iterable[str], folder: Path, name: str, envelope: Envelope, pictures: Pictures) -> list[Path]:
    """Writes NAME.json, the rows between the text that stood around them.

    Args:
        rows: JSON text of each row, in order; in an object of rows each with its key.
        folder: Folder of the export, which exists.
        name: The file's name without its ending.
        envelope: Text `before` and `after` the rows; where it is missing, an object with `annotations`.
        pictures: Puts pictures back where a row has tokens.

    Returns:
        The one file written.
    """
    path = folder / f"{name}.json"
    before, after = envelope.get("before", '{"annotations": ['), envelope.get("after", "]}\n")
    keyed = before.rstrip().endswith("{")
    with path.open("w", BUFFER, encoding="utf-8", newline="") as file:
        file.write(before)
        for number, row in enumerate(rows):
            text = pictures.put_back(row).strip()
            file.write((",\n" if number else "\n") + (text[1:-1] if keyed else text))
        file.write(f"\n{after}")
    return [path]


def _head(file: BinaryIO) -> bytes:
    head = b""
    while len(head) < LARGEST_REST and (chunk := file.read(1 << 20)):
        head += chunk
        if _opening(head):
            break
    return head


def _opening(head: bytes) -> tuple[int, bytes] | None:
    """Where the rows begin, after their bracket, and the bracket; None when no member of the object holds rows."""
    for match in _MEMBER.finditer(head):
        before = head[: match.start()]
        if not splitting.is_outermost(before):
            continue
        inside = head[match.end() : match.end() + 4096]
        if not _holds_objects(inside, match[2]) or _is_a_row(before):
            continue
        if match[1] != _ASKED.encode() or _NAMES_IMAGE.search(inside.partition(b"}")[0]):
            return match.end(), match[2]
    return None


def _holds_objects(text: bytes, bracket: bytes) -> bool:
    """True when the list or object that begins here has an object as its first value, or nothing in it."""
    inside = text.lstrip()
    if inside[:1] == _CLOSING[bracket]:
        return True
    if bracket == b"[":
        return inside[:1] == b"{"
    return re.match(rb'"(?:[^"\\]|\\.)*"\s*:\s*\{', inside) is not None


def _is_a_row(before: bytes) -> bool:
    """True when the members before the rows are those of a row, as in M-HalDetect's `annotations`."""
    try:
        members = orjson.loads(before.rstrip().rstrip(b",") + b"}")
    except orjson.JSONDecodeError:
        return False
    return bool(_OF_A_ROW & members.keys())


CONTAINER = Container(
    name="members",
    title="a JSON object that holds the rows in a member",
    extensions=(".json",),
    recognise=recognise,
    read=read,
    write=write,
    order=6,
)
