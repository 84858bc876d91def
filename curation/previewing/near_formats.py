"""Which formats come near to rows that none of them fits surely, and what keeps each from it, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.containers import examples
from curation.containers.container import UnreadableFileError
from curation.formats import registry
from curation.formats.contract import Format
from curation.formats.conversation import RejectedRowError
from scoring import plugins

MOST = 3


@dataclass(frozen=True)
class NearFormat:
    """A format that nearly fits, and one sentence on why it does not, or that it does beside another."""

    name: str
    title: str
    why: str


def find(rows: Sequence[object]) -> tuple[NearFormat, ...]:
    """Finds the formats that come nearest.

    Args:
        rows: First rows of a file, parsed.

    Returns:
        At most MOST, the nearest first; none where no format shares a field with the rows.
    """
    ranked = []
    fields = {str(name) for row in rows if isinstance(row, dict) for name in row}
    for known_format in registry.formats().values():
        known_count = sum(map(known_format.recognise, rows))
        shared, lacking = _fields(known_format, fields)
        if known_count or shared:
            share = len(shared) / (len(shared) + len(lacking))
            why = _some_rows(known_format, rows, known_count) if known_count else _lacks(shared, lacking, fields)
            ranked.append((-known_count, -share, NearFormat(known_format.name, known_format.title, why)))
    ranked.sort(key=lambda entry: entry[:2])
    return tuple(near for *_, near in ranked[:MOST])


def _fields(known_format: Format, fields: set[str]) -> tuple[list[str], list[str]]:
    """Fields of the format's example that the rows have, also in another spelling, and those that they lack."""
    needed = _example_fields().get(known_format.name, frozenset())
    lower = {field.lower() for field in fields}
    return sorted(field for field in needed if field.lower() in lower), sorted(
        field for field in needed if field.lower() not in lower
    )


@plugins.cached_plugins
def _example_fields() -> dict[str, frozenset[str]]:
    """The fields that the rows of each format's example have in common."""
    fields = {}
    for name, known_format in registry.formats().items():
        try:
            rows = [row for row in examples.rows(known_format)[1] if isinstance(row, dict)]
        except (UnreadableFileError, RejectedRowError, ValueError):
            continue
        fields[name] = frozenset.intersection(*(frozenset(row) for row in rows)) if rows else frozenset()
    return fields


def _some_rows(known_format: Format, rows: Sequence[object], known_count: int) -> str:
    if known_count == len(rows):
        return f"All of the first {len(rows)} rows fit." if len(rows) > 1 else "The first row fits."
    other = next(row for row in rows if not known_format.recognise(row))
    return f"{known_count} of the first {len(rows)} rows fit; of another one it says: {_complaint(known_format, other)}"


def _complaint(known_format: Format, row: object) -> str:
    try:
        known_format.read(row)
    except RejectedRowError as error:
        return str(error)
    return "it could be read, but does not look like it."


def _lacks(shared: Sequence[str], lacking: Sequence[str], fields: set[str]) -> str:
    lower = {field.lower(): field for field in fields}
    named = [field if field in fields else f"{lower[field.lower()]} (for {field})" for field in shared]
    but = f"but not {_listed(lacking)}" if lacking else "but in another spelling or with values of another kind"
    return f"The rows have {_listed(named)}, {but}."


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
