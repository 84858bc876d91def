"""How files are written for other tools."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from scoring.json_types import JsonObject


def write_list(path: Path, rows: Iterable[JsonObject], before: bytes = b"[", after: bytes = b"]\n") -> None:
    """Writes rows as a JSON list, one after the other.

    Args:
        path: The file.
        rows: Rows of the list.
        before: What stands before the first row.
        after: What stands behind the last one.
    """
    with path.open("wb") as file:
        file.write(before)
        for number, row in enumerate(rows):
            file.write((b",\n" if number else b"\n") + orjson.dumps(row))
        file.write(b"\n" + after)
