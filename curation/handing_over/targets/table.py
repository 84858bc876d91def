"""Any program that reads Parquet: all scores, flags and decisions, one row per sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation.handing_over.contract import TABLE, HandedSet, Target


def write(handed: HandedSet, folder: Path) -> tuple[Sequence[Path], str]:
    """Writes the table.

    Args:
        handed: The samples.
        folder: Where the file goes.

    Returns:
        The file, and a line of Python that reads it.
    """
    path = folder / TABLE
    handed.table().write_parquet(path)
    return [path], f"python -c \"import pandas; print(pandas.read_parquet('FOLDER/{TABLE}'))\""


TARGET = Target(
    name="table",
    title="Wide Parquet table",
    about="All scores, flags, decisions and places on maps, one row per sample, by key and by the row's own id.",
    write=write,
)
