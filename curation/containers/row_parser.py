"""From a row's bytes to the text that is stored and the value that a format reads, or the reason why not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import orjson

from curation.containers.container import RawRow
from curation.formats.contract import Row
from curation.formats.conversation import RejectedRowError
from curation.images import inline
from scoring.json_types import JsonObject

_NAN = re.compile(rb'"(?:[^"\\]|\\.)*+"|(-?\bInfinity\b|\bNaN\b)', re.DOTALL)
"""A text, or outside of texts a number that is none."""


class ParsedRow(NamedTuple):
    """A row's value as its format reads it (tokens sealed), its text as it is stored, that text in one canonical
    spelling, the keys that occur twice in one of its objects, and how many NaN or Infinity became null."""

    value: Row
    text: str
    canonical: bytes
    repeated: tuple[str, ...]
    not_numbers: int = 0


def parse(
    raw: RawRow, keep: inline.KeepPicture, loads: Callable[[bytes], Row] | None = None, lifted: bool = False
) -> ParsedRow:
    """Parses a row and takes its pictures out.

    Args:
        raw: The row's bytes.
        keep: Stores a picture's bytes for good and returns its locator.
        loads: A format's own way to read JSON, None for the usual one.
        lifted: True when the container took the pictures out already.

    Returns:
        The row's value and texts, and its repeated keys, which are not looked for where `loads` reads them all.

    Raises:
        RejectedRowError: With the outcome `wrong_encoding`, `broken_json`, `lone_surrogate`, `nested_too_deeply` or
            `reserved_text`.
    """
    data, not_numbers = raw.data, 0
    try:
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            data, not_numbers = without_nan(data)
            value = orjson.loads(data)
        text = data.decode("utf-8")
    except (orjson.JSONDecodeError, UnicodeDecodeError) as error:
        raise _unreadable(raw.data, error) from error
    if inline.holds_reserved(data):
        raise RejectedRowError(
            "reserved_text", f"A text of the row begins with {inline.TOKEN!r}, which Winnow keeps for itself."
        )
    canonical = _canonical(value)
    repeated = repeated_keys(data, canonical) if loads is None else ()
    if not lifted and inline.may_hold_pictures(data):
        without = inline.lift(value, keep)
        if without != value:
            value, text, canonical = without, orjson.dumps(without).decode(), _canonical(without)
    read = loads(text.encode()) if loads else value
    return ParsedRow(read, inline.unsealed(text), inline.unsealed_bytes(canonical), repeated, not_numbers)


def repeated_keys(data: bytes, canonical: bytes) -> tuple[str, ...]:
    """Finds keys that an object of the row has more than once; JSON parsers keep the last of them.

    The canonical text lacks what a parser dropped: as many colons in both, none of them written as an
    escape, and no key is repeated.

    Args:
        data: The row as it came.
        canonical: The parsed row, written again.

    Returns:
        Each such key once.
    """
    if data.count(b":") == canonical.count(b":") and b"\\u003" not in data:
        return ()
    repeated: list[str] = []

    def note(members: list[tuple[str, object]]) -> JsonObject:
        names = [name for name, _ in members]
        repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(members)

    json.loads(data, object_pairs_hook=note)
    return tuple(dict.fromkeys(repeated))


def without_nan(data: bytes) -> tuple[bytes, int]:
    """The row with null for NaN and Infinity, which Python writes and JSON lacks, and how many there were."""
    if b"NaN" not in data and b"Infinity" not in data:
        return data, 0
    replaced = 0

    def replace(match: re.Match[bytes]) -> bytes:
        nonlocal replaced
        replaced += match[1] is not None
        return b"null" if match[1] else match[0]

    return _NAN.sub(replace, data), replaced


def _canonical(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise RejectedRowError(
            "nested_too_deeply", "The row's lists and objects are nested too deeply to be read safely."
        ) from error


def _unreadable(data: bytes, error: ValueError) -> RejectedRowError:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return RejectedRowError(
            "wrong_encoding", f"The row is not UTF-8: byte {data[wrong.start]:#04x} at character {wrong.start}."
        )
    if "surrogate" in str(error):
        return RejectedRowError("lone_surrogate", "A text holds half of a character (a lone \\ud800 to \\udfff).")
    return RejectedRowError("broken_json", f"The row is not valid JSON: {error}.")
