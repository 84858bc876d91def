"""Mappings that imports used, kept as small JSON files, so that the same columns are offered the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import orjson

from curation.formats import column_mapping
from curation.formats.column_mapping import ColumnMapping, MappingError
from scoring.files import appearing

FOLDER = "mappings"


def path_of(folder: Path, rows: Sequence[object]) -> Path:
    """Names the file of a mapping by the columns of the rows that it is of.

    Args:
        folder: The workspace's folder.
        rows: First rows of a file, parsed.

    Returns:
        Where the mapping is kept, once there is one.
    """
    columns = sorted(column_mapping.names_in(rows))
    return folder / FOLDER / f"{hashlib.blake2b(orjson.dumps(columns), digest_size=8).hexdigest()}.json"


def keep(folder: Path, rows: Sequence[object], mapping: ColumnMapping) -> None:
    """Keeps a mapping for the next file of the same columns.

    Args:
        folder: The workspace's folder.
        rows: First rows of the file that it is of.
        mapping: The mapping.

    Raises:
        OSError: The disk does not take it.
    """
    with appearing(path_of(folder, rows)) as part:
        part.write_bytes(mapping.dumps())


def find(folder: Path, rows: Sequence[object]) -> ColumnMapping | None:
    """The mapping that an earlier import of the same columns used; None where there is none that can be read."""
    try:
        return column_mapping.loads(path_of(folder, rows).read_bytes())
    except (OSError, MappingError):
        return None


def advice(folder: Path, first_rows: Sequence[object]) -> str:
    """How to say the mapping by which a file with the same columns was read before; "" where there is none."""
    if find(folder, first_rows) is None:
        return ""
    return f" The same columns were mapped before: --map {path_of(folder, first_rows)}."
