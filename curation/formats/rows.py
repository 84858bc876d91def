"""Splits a JSON list, JSON Lines or concatenated JSON objects into rows without loading the file.

Each row comes as the file's own bytes, so that an untouched row can be written back verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

CHUNK_BYTES = 8 << 20
LONGEST_ROW_BYTES = 256 << 20

_QUOTE, _BACKSLASH = 34, 92
_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1

_FOREIGN_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class UnreadableFileError(Exception):
    """The file as a whole cannot be read as a dataset; the message says why."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row's bytes, or why there are none (`problem` is an outcome name, `detail` the sentence)."""

    data: bytes
    problem: str = ""
    detail: str = ""


def layout(path: Path) -> str:
    """'list' for a JSON array, 'lines' for JSON Lines, 'objects' for objects one after the other.

    Raises UnreadableFileError for an empty file, another encoding, or something that is not JSON.
    """
    try:
        with path.open("rb") as file:
            head = file.read(1 << 20)
    except OSError as error:
        raise UnreadableFileError(f"Cannot read {path}: {error.strerror}.") from error
    for mark, encoding in _FOREIGN_MARKS:
        if head.startswith(mark):
            raise UnreadableFileError(f"{path.name} is {encoding} text; save it as UTF-8 and import it again.")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise UnreadableFileError(f"{path.name} is empty.")
    if text[:1] == b"[":
        return "list"
    if text[:1] != b"{":
        raise UnreadableFileError(f"{path.name} is not JSON: it starts with {text[:20]!r}.")
    first, newline, _ = text.partition(b"\n")
    return "lines" if not newline or first.rstrip().endswith(b"}") else "objects"


def read(path: Path) -> Iterator[RawRow]:
    """Rows of the file in order; what cannot be split off as a row comes with its problem."""
    kind = layout(path)
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        if kind == "lines":
            yield from _lines(file)
        else:
            yield from _values(file, in_list=kind == "list")


def _lines(file: BinaryIO) -> Iterator[RawRow]:
    while line := file.readline(LONGEST_ROW_BYTES):
        row = line.strip()
        if len(line) == LONGEST_ROW_BYTES:
            while not line.endswith(b"\n") and line:
                line = file.readline(LONGEST_ROW_BYTES)
            yield _too_long()
        elif row:
            yield RawRow(row)


def _values(file: BinaryIO, in_list: bool) -> Iterator[RawRow]:
    """Values of a list or of a bare sequence, found by bracket depth outside strings."""
    if in_list:
        _skip_past_bracket(file)
    held, wanted = b"", CHUNK_BYTES
    while chunk := file.read(wanted):
        held += chunk
        spans, closed_at = _spans(held)
        end = 0
        for start, stop in spans:
            yield from _between(held[end:start])
            yield RawRow(held[start:stop])
            end = stop
        if closed_at is not None:
            yield from _between(held[end:closed_at])
            yield from _after_list(held[closed_at + 1 :])
            return
        held = held[end:]
        wanted = CHUNK_BYTES if spans else min(2 * len(held), LONGEST_ROW_BYTES)
        if len(held) > LONGEST_ROW_BYTES:
            yield _too_long()
            return
    if in_list or held.strip():
        yield _cut_off(held)


def _skip_past_bracket(file: BinaryIO) -> None:
    while file.read(1) != b"[":
        pass


def _spans(data: bytes) -> tuple[list[tuple[int, int]], int | None]:
    """(start, stop) of every complete bracketed value, and where the enclosing list closes, if it does."""
    codes = np.frombuffer(data, dtype=np.uint8)
    quotes = _unescaped_quotes(codes)
    steps = _STEP[codes]
    places = np.flatnonzero(steps)
    outside = np.searchsorted(quotes, places) % 2 == 0
    places = places[outside]
    moves = steps[places]
    depth = np.cumsum(moves, dtype=np.int64)
    closing = np.flatnonzero(depth < 0)
    closed_at = int(places[closing[0]]) if len(closing) else None
    if closed_at is not None:
        places, moves, depth = (part[: closing[0]] for part in (places, moves, depth))
    starts = places[(depth == 1) & (moves == 1)].tolist()
    stops = (places[(depth == 0) & (moves == -1)] + 1).tolist()
    return list(zip(starts, stops, strict=False)), closed_at


def _unescaped_quotes(codes: np.ndarray) -> np.ndarray:
    """Positions of quotes that open or close a string: an even number of backslashes stands before."""
    quotes = np.flatnonzero(codes == _QUOTE)
    if not len(quotes):
        return quotes
    suspects = np.flatnonzero((codes[quotes - 1] == _BACKSLASH) & (quotes > 0))
    escaped = [index for index in suspects.tolist() if _backslashes_before(codes, int(quotes[index])) % 2]
    return np.delete(quotes, escaped)


def _backslashes_before(codes: np.ndarray, position: int) -> int:
    count = 0
    while count < position and codes[position - 1 - count] == _BACKSLASH:
        count += 1
    return count


def _between(gap: bytes) -> Iterator[RawRow]:
    rest = gap.strip(b" \t\r\n,")
    if rest:
        yield RawRow(b"", "not_an_object", f"Expected an object, found {rest[:40]!r}.")


def _after_list(rest: bytes) -> Iterator[RawRow]:
    if rest.strip():
        yield RawRow(b"", "broken_json", f"The list ends here, yet the file goes on with {rest.strip()[:40]!r}.")


def _cut_off(held: bytes) -> RawRow:
    what = f"in the middle of a row that starts with {held.lstrip()[:60]!r}" if held.strip(b" \t\r\n,") else "before ]"
    return RawRow(b"", "truncated_file", f"The file ends {what}; the rows before it were read.")


def _too_long() -> RawRow:
    return RawRow(b"", "row_too_long", f"A row is longer than {LONGEST_ROW_BYTES >> 20} MB.")
