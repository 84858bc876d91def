"""Checks on single records, the count of those left out, and pictures being put together."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from curation.annotations.model import AnnotatedImage, Box, Corners, Question, Text
from scoring.json_types import JsonObject

Parsed = TypeVar("Parsed")


class BadRecord(Exception):
    """A record cannot be used; the message goes after a count: "3 without a category"."""


@dataclass
class Problems:
    """Counts the records that are left out, by reason."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str) -> None:
        """One more record is left out."""
        self.counts[reason] += 1

    def each(self, rows: Iterable[JsonObject], make: Callable[[JsonObject], Parsed]) -> Iterator[Parsed]:
        """Makes something of each row and counts the rows for which that raises BadRecord.

        Args:
            rows: Records of a file.
            make: Checks one row and makes something of it.

        Yields:
            What `make` returned, in order.
        """
        for row in rows:
            try:
                record = make(row)
            except BadRecord as bad:
                self.add(str(bad))
            else:
                yield record


@dataclass
class Draft:
    """A picture whose annotations come one record at a time."""

    file_name: str
    objects: dict[str, None] = field(default_factory=dict)
    captions: dict[str, None] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def add_box(self, box: Box) -> None:
        """Another box, and its class among the objects."""
        self.boxes.append(box)
        self.objects[box.category] = None

    def done(self) -> AnnotatedImage:
        """The picture as plain data."""
        return AnnotatedImage(
            self.file_name,
            tuple(self.objects),
            tuple(self.captions),
            tuple(self.boxes),
            tuple(self.questions),
            tuple(self.texts),
        )


def text(row: JsonObject, key: str) -> str:
    """Reads a text.

    Args:
        row: One record.
        key: Key of the text.

    Returns:
        The text as it is, not blank.

    Raises:
        BadRecord: No such text, or a blank one.
    """
    value = row.get(key)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise BadRecord(f"without a usable {key}")
    return value


def word(row: JsonObject, key: str) -> str:
    """Reads a text that many records share, kept once in memory.

    Args:
        row: One record.
        key: Key of the text.

    Returns:
        The text as it is, not blank.

    Raises:
        BadRecord: No such text, or a blank one.
    """
    return sys.intern(text(row, key))


def number(row: JsonObject, key: str) -> str:
    """Reads a number or name that identifies something.

    Args:
        row: One record.
        key: Key of the number.

    Returns:
        The number as text.

    Raises:
        BadRecord: Neither a whole number nor a text.
    """
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(row, key)


def texts(row: JsonObject, key: str) -> list[str]:
    """Reads a list of texts.

    Args:
        row: One record.
        key: Key of the list.

    Returns:
        The texts that are not blank; none where the key is missing.

    Raises:
        BadRecord: Anything but a list of texts.
    """
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) and "\0" not in value for value in values):
        raise BadRecord(f"whose {key} are no list of texts")
    return [value for value in values if value.strip()]


def rows(row: JsonObject, key: str) -> list[JsonObject]:
    """Reads a list of objects.

    Args:
        row: One record.
        key: Key of the list.

    Returns:
        The objects; none where the key is missing.

    Raises:
        BadRecord: Anything but a list of objects.
    """
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise BadRecord(f"whose {key} are no list of objects")
    return values


def bbox(values: object) -> Corners:
    """(x, y, w, h) of four numbers. Raises BadRecord for anything else."""
    numbers = values if isinstance(values, list) and len(values) == 4 else []
    if not numbers or not all(_is_number(value) for value in numbers) or min(numbers[2:]) < 0:
        raise BadRecord("with a box that is not four numbers")
    return (float(numbers[0]), float(numbers[1]), float(numbers[2]), float(numbers[3]))


def from_corners(corners: Corners) -> Corners:
    """(x, y, w, h) of a box given by two corners. Raises BadRecord when the second is not right of and below."""
    left, top, right, bottom = corners
    if right < left or bottom < top:
        raise BadRecord("with a box whose corners are the wrong way round")
    return (left, top, right - left, bottom - top)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
