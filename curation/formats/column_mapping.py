"""Which columns of a table hold the parts of a conversation, as a person says it: `instruction=question,...`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from curation.common import names
from curation.common.errors import WinnowError
from scoring.json_types import JsonObject

ROLES = {
    "instruction": "What the user asks",
    "response": "What the assistant answers",
    "image": "The picture, or several",
    "images": "More pictures",
    "video": "The video, several, or the pictures that are its frames",
    "system": "What the assistant is told beforehand",
    "history": "Earlier turns: a list of question and answer",
    "messages": "The whole conversation, in place of instruction and response",
    "chosen": "The preferred response, in place of response",
    "rejected": "A worse response",
    "id": "The row's own name",
    "split": "The split that the row belongs to",
}
"""What a column may hold, in words for the page."""
PREFIX = "mapped:"
"""How the format of a mapped dataset is called: this, and the mapping as JSON."""
LARGEST_BYTES = 1 << 20
"""Bytes of a mapping's file."""
MOST_COLUMNS = 200
_NEXT = re.compile(r",(?=\s*\w+\s*=)")
_ANSWERS = ("messages", "response", "chosen")
_TURNS = ("instruction", "response", "history")


class MappingError(WinnowError):
    """The mapping cannot be used; the message says what to change."""


class _Absent:
    """What a row holds in a column that it lacks; null is another value."""


ABSENT = _Absent()


@dataclass(frozen=True)
class ColumnMapping:
    """The column of each role, in the order of ROLES; made by `of`, so that it holds a conversation."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> dict[str, str]:
        """The columns by role."""
        return dict(self.pairs)

    @property
    def name(self) -> str:
        """What the format of rows that are read by it is called."""
        return PREFIX + orjson.dumps(self.columns).decode()

    @property
    def option(self) -> str:
        """As it is given to `--map`."""
        return ",".join(f"{role}={column}" for role, column in self.pairs)

    def dumps(self) -> bytes:
        """As it stands in a file that `--map` reads."""
        return orjson.dumps(self.columns, option=orjson.OPT_INDENT_2) + b"\n"


def of(columns: Mapping[str, str]) -> ColumnMapping:
    """Checks which roles are there.

    Args:
        columns: The column of each role; "" for none. `qa.0.question` leads into lists and objects.

    Returns:
        The mapping.

    Raises:
        MappingError: A role is unknown, or no conversation comes of these.
    """
    for role in columns:
        if role not in ROLES:
            raise MappingError(names.unknown("role", role, ROLES))
    present = {role: columns[role] for role in ROLES if columns.get(role)}
    answers = [role for role in _ANSWERS if role in present]
    if not answers:
        raise MappingError("Say which column holds the response (response=COLUMN), or the conversation (messages=).")
    if "messages" in present and (extra := [role for role in _TURNS if role in present]):
        raise MappingError(f"With messages, the whole conversation, leave out {' and '.join(extra)}.")
    if "response" in present and "chosen" in present:
        raise MappingError("chosen takes the place of response; give one of the two.")
    return ColumnMapping(tuple(present.items()))


def parse(text: str) -> ColumnMapping:
    """Reads what is given to `--map`.

    Args:
        text: ROLE=COLUMN with commas between, or a file with the same as a JSON object.

    Returns:
        The mapping.

    Raises:
        MappingError: It is neither, or no conversation comes of it.
    """
    path = Path(text)
    if "=" not in text or (text.endswith(".json") and path.is_file()):
        return _from_file(path)
    columns: dict[str, str] = {}
    for part in _NEXT.split(text):
        role, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            raise MappingError(f"{part.strip()!r} is not ROLE=COLUMN.")
        if role in columns:
            raise MappingError(f"The role {role!r} is there twice.")
        columns[role] = column
    return of(columns)


def loads(data: bytes | str) -> ColumnMapping:
    """Reads a mapping's JSON. Raises MappingError."""
    try:
        columns = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MappingError(f"The mapping is not JSON: {error}.") from error
    if not isinstance(columns, dict) or not all(isinstance(column, str) for column in columns.values()):
        raise MappingError('A mapping is a JSON object of texts, such as {"instruction": "question"}.')
    return of(columns)


@lru_cache(maxsize=256)
def of_format(format_name: str) -> ColumnMapping | None:
    """The mapping of a format's name, None for any other format. Raises MappingError."""
    return loads(format_name.removeprefix(PREFIX)) if format_name.startswith(PREFIX) else None


def check(mapping: ColumnMapping, rows: Sequence[object]) -> None:
    """Checks that the first rows have the columns.

    Args:
        mapping: The mapping.
        rows: First rows of the file, parsed.

    Raises:
        MappingError: No row has one of them; the message has the nearest name and all columns.
    """
    for column in mapping.columns.values():
        if all(value(row, column) is ABSENT for row in rows):
            listed = names_in(rows)
            nearest = names.nearest(column, [*listed, *paths(rows)])
            raise MappingError(names.unknown("column", column, listed, nearest))


def names_in(rows: Iterable[object]) -> list[str]:
    """The columns of rows, in order of first use."""
    listed = dict.fromkeys(str(name) for row in rows if isinstance(row, dict) for name in row)
    return list(listed)[:MOST_COLUMNS]


def paths(rows: Iterable[object]) -> list[str]:
    """The columns of rows, those within objects and at the start of lists by dots, in order of first use."""
    found_paths: dict[str, None] = {}
    for row in rows:
        if isinstance(row, dict):
            for name, inner in row.items():
                found_paths[name] = None
                found_paths |= dict.fromkeys(_within(name, inner, depth=2))
    return list(found_paths)[:MOST_COLUMNS]


def _within(name: str, inner: object, depth: int) -> list[str]:
    if isinstance(inner, list):
        members = [("0", first) for first in inner[:1]]
    else:
        members = list(inner.items()) if isinstance(inner, dict) else []
    listed = []
    for key, member in members if depth else []:
        listed += [f"{name}.{key}", *_within(f"{name}.{key}", member, depth - 1)]
    return listed


def value(row: object, column: str) -> object:
    """What a row holds in a column, ABSENT where it lacks it.

    Args:
        row: Parsed row.
        column: A key of the row, or the way into its lists and objects by dots.
    """
    if isinstance(row, dict) and column in row:
        member: object = row[column]
        return member
    inner = row
    for part in column.split("."):
        inner = _member(unpacked(inner), part)
        if inner is ABSENT:
            return ABSENT
    return inner


def replaced(row: JsonObject, column: str, new: object) -> JsonObject:
    """The row with another value in a column that it has."""
    if column in row:
        return {**row, column: new}
    changed = _put(row, column.split("."), new)
    assert isinstance(changed, dict)
    return changed


def unpacked(packed: object) -> object:
    """The list or object in a text of JSON or of Python, as tables hold them; any other value as it is."""
    if not isinstance(packed, str) or packed[:1] not in ("[", "{"):
        return packed
    try:
        return orjson.loads(packed)
    except orjson.JSONDecodeError:
        return _literal(packed)


def repacked(new: object, before: object) -> object:
    """A list or object as text where it was one before, in the same notation."""
    if not isinstance(before, str) or isinstance(new, str):
        return new
    try:
        orjson.loads(before)
    except orjson.JSONDecodeError:
        return repr(new)
    return json.dumps(new, ensure_ascii=False)


def _literal(text: str) -> object:
    """The value of a Python literal, which pandas writes for a list in a CSV; the text where it is none."""
    try:
        return ast.literal_eval(text) if len(text) <= LARGEST_BYTES else text
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text


def _member(inner: object, part: str) -> object:
    if isinstance(inner, dict):
        return inner.get(part, ABSENT)
    if isinstance(inner, list) and part.isdecimal() and len(part) < 9 and int(part) < len(inner):
        return inner[int(part)]
    return ABSENT


def _put(inner: object, parts: Sequence[str], new: object) -> object:
    if not parts:
        return new
    outer = unpacked(inner)
    changed = _put(_member(outer, parts[0]), parts[1:], new)
    if isinstance(outer, list):
        position = int(parts[0])
        return repacked([*outer[:position], changed, *outer[position + 1 :]], inner)
    assert isinstance(outer, dict)
    return repacked({**outer, parts[0]: changed}, inner)


def _from_file(path: Path) -> ColumnMapping:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES)
    except (OSError, ValueError) as error:
        raise MappingError(f"{str(path)!r} is neither ROLE=COLUMN nor a file with a mapping.") from error
    return loads(data)
