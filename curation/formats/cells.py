"""Members of a row that hold a list as text: JSON, or what Python prints of one, as tables have conversations."""

from __future__ import annotations

from collections.abc import Collection

from curation.formats import column_mapping
from scoring.json_types import JsonObject

LONGEST = 4 << 20
"""Characters of a text that is looked into."""


def opened(row: JsonObject) -> JsonObject:
    """The row with the lists in its texts as lists; the same row where no text holds a list of objects or lists."""
    lists = {
        name: parsed for name, value in row.items() if isinstance(value, str) and (parsed := listed(value)) is not None
    }
    return {**row, **lists} if lists else row


def closed(row: JsonObject, fields: JsonObject, new_fields: JsonObject) -> JsonObject:
    """Writes changed lists as the text that they were.

    Args:
        row: The row as it came.
        fields: As `opened` returned it.
        new_fields: What became of that.

    Returns:
        The new row; a text whose list did not change is as it came.
    """
    return {name: _closed(row, fields, name, value) for name, value in new_fields.items()}


def listed(text: str) -> list[object] | None:
    """The list of objects or lists that a text holds, None for any other text."""
    value = parsed(text)
    return value if isinstance(value, list) and value and _are_lists_or_objects(value) else None


def parsed(text: str) -> object:
    """The list that a text holds in JSON or as Python prints it, None for any other text."""
    value = column_mapping.unpacked(text) if text.startswith("[") and len(text) <= LONGEST else None
    return value if isinstance(value, list) else None


def _are_lists_or_objects(values: Collection[object]) -> bool:
    return all(isinstance(value, dict | list) for value in values)


def _closed(row: JsonObject, fields: JsonObject, name: str, value: object) -> object:
    if name not in fields or fields[name] is row.get(name):
        return value
    return row[name] if value == fields[name] else column_mapping.repacked(value, row[name])
