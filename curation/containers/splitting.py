"""Splits JSON text into rows without loading the file: values of a list, of an object, or one after the other.

Each row comes as the file's own bytes, so that an untouched row can be written back verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from curation.containers.container import RawRow
from scoring.arrays import Bytes, Numbers

CHUNK_BYTES = 2 << 20
"""Read at once; what is worked out of so much text stays in the processor's caches."""
LONGEST_ROW_BYTES = 256 << 20

_QUOTE, _BACKSLASH = 34, 92
_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1


def lines(path: Path) -> Iterator[RawRow]:
    """Rows of JSON Lines in order."""
    with path.open("rb") as file:
        skip_mark(file)
        yield from _lines(file)


def objects(path: Path) -> Iterator[RawRow]:
    """Objects that stand one after the other, over any number of lines."""
    with path.open("rb") as file:
        skip_mark(file)
        yield from values(file, closed_by=b"")


def skip_mark(file: BinaryIO) -> None:
    """Goes past a UTF-8 byte order mark."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)


def _lines(file: BinaryIO) -> Iterator[RawRow]:
    while line := file.readline(LONGEST_ROW_BYTES):
        row = line.strip()
        if len(line) == LONGEST_ROW_BYTES:
            while not line.endswith(b"\n") and line:
                line = file.readline(LONGEST_ROW_BYTES)
            yield _too_long()
        elif row:
            yield RawRow(row)


def values(file: BinaryIO, closed_by: bytes, after: list[bytes] | None = None) -> Iterator[RawRow]:
    """Splits off bracketed values from where the file stands until the bracket that closes them.

    In an object (`closed_by` is b"}") every row is an object of one member, {key: value}, as the file has it.

    Args:
        file: Open file, which stands after the opening bracket.
        closed_by: The closing bracket; b"" for values up to the end of the file.
        after: Gets what follows the closing bracket; None makes that a problem.

    Yields:
        Rows in order; what cannot be split off as a row comes with its problem.
    """
    buffer, chunk_bytes = b"", CHUNK_BYTES
    while chunk := file.read(chunk_bytes):
        buffer += chunk
        spans, closed_at = _spans(buffer)
        end = 0
        for start, stop in spans:
            yield from _row(buffer[end:start], buffer[start:stop], keyed=closed_by == b"}")
            end = stop
        if closed_at is not None:
            yield from _between(buffer[end:closed_at])
            yield from _after(buffer[closed_at + 1 :], file, after)
            return
        buffer = buffer[end:]
        chunk_bytes = CHUNK_BYTES if spans else min(2 * len(buffer), LONGEST_ROW_BYTES)
        if len(buffer) > LONGEST_ROW_BYTES:
            yield _too_long()
            return
    if closed_by or buffer.strip():
        yield _cut_off(buffer)


def _row(gap: bytes, value: bytes, keyed: bool) -> Iterator[RawRow]:
    """The value as a row; in an object the gap before it holds its key."""
    if not keyed:
        yield from _between(gap)
        yield RawRow(value)
        return
    key = gap.strip(b" \t\r\n,")
    if key.startswith(b'"') and key.endswith(b":"):
        yield RawRow(b"{" + key + value + b"}")
    else:
        yield RawRow(b"", "not_an_object", f"Expected a key, found {key[-40:]!r}.")


def _spans(data: bytes) -> tuple[list[tuple[int, int]], int | None]:
    """(start, stop) of every complete bracketed value, and where the enclosing list closes, if it does."""
    codes = np.frombuffer(data, dtype=np.uint8)
    quotes = _unescaped_quotes(codes)
    bracket_positions, moves = _brackets(codes, quotes)
    depth = np.cumsum(moves, dtype=np.int64)
    closing = np.flatnonzero(depth < 0)
    closed_at = int(bracket_positions[closing[0]]) if len(closing) else None
    if closed_at is not None:
        last = closing[0]
        bracket_positions, moves, depth = bracket_positions[:last], moves[:last], depth[:last]
    starts = bracket_positions[(depth == 1) & (moves == 1)].tolist()
    stops = (bracket_positions[(depth == 0) & (moves == -1)] + 1).tolist()
    return list(zip(starts, stops, strict=False)), closed_at


def is_outermost(before: bytes) -> bool:
    """True when what follows this beginning of a JSON object is a member of the object itself."""
    codes = np.frombuffer(before, dtype=np.uint8)
    quotes = _unescaped_quotes(codes)
    _, moves = _brackets(codes, quotes)
    return len(quotes) % 2 == 0 and int(moves.sum()) == 1


def _brackets(codes: Bytes, quotes: Numbers) -> tuple[Numbers, Numbers]:
    """Positions of the brackets outside of strings, and what each does to the depth."""
    braces = codes | 0x20  # which makes "{" of "[" and "}" of "]"
    bracket_positions = np.flatnonzero((braces == ord("{")) | (braces == ord("}")))
    bracket_positions = bracket_positions[np.searchsorted(quotes, bracket_positions) % 2 == 0]
    return bracket_positions, _STEP[codes[bracket_positions]]


def _unescaped_quotes(codes: Bytes) -> Numbers:
    """Positions of quotes that open or close a string: an even number of backslashes stands before."""
    quotes = np.flatnonzero(codes == _QUOTE)
    if not len(quotes):
        return quotes
    suspects = np.flatnonzero((codes[quotes - 1] == _BACKSLASH) & (quotes > 0))
    escaped = [index for index in suspects.tolist() if _backslashes_before(codes, int(quotes[index])) % 2]
    return np.delete(quotes, escaped) if escaped else quotes


def _backslashes_before(codes: Bytes, position: int) -> int:
    count = 0
    while count < position and codes[position - 1 - count] == _BACKSLASH:
        count += 1
    return count


def _between(gap: bytes) -> Iterator[RawRow]:
    content = gap.strip(b" \t\r\n,")
    if content:
        yield RawRow(b"", "not_an_object", f"Expected an object, found {content[:40]!r}.")


def _after(seen: bytes, file: BinaryIO, after: list[bytes] | None) -> Iterator[RawRow]:
    if after is not None:
        after.append(seen + file.read(LONGEST_ROW_BYTES))
    elif seen.strip():
        yield RawRow(b"", "broken_json", f"The list ends here, yet the file goes on with {seen.strip()[:40]!r}.")


def _cut_off(buffer: bytes) -> RawRow:
    position = (
        f"in the middle of a row that starts with {buffer.lstrip()[:60]!r}" if buffer.strip(b" \t\r\n,") else "before ]"
    )
    return RawRow(b"", "truncated_file", f"The file ends {position}; the rows before it were read.")


def _too_long() -> RawRow:
    return RawRow(b"", "row_too_long", f"A row is longer than {LONGEST_ROW_BYTES >> 20} MB.")
