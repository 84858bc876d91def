"""Embedding Atlas: a Parquet table with the texts, places on the maps, and everything else that is known.

(https://apple.github.io/embedding-atlas/tool.html)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from curation.handing_over.contract import TABLE, HandedSet, Target
from curation.maps import layouts


def write(handed: HandedSet, folder: Path) -> tuple[Sequence[Path], str]:
    """Writes the table.

    Args:
        handed: The samples.
        folder: Where the file goes.

    Returns:
        The file, and the line that opens it by the first map that there is.
    """
    path, table = folder / TABLE, handed.table()
    # Lists are no facets there: tags become one text.
    table.with_columns(handed.texts(), pl.col("tags").list.join(", ")).write_parquet(path)
    stage = next((stage for stage in layouts.MAPS if f"{stage}_x" in table.columns), "")
    axes = f" --x {stage}_x --y {stage}_y" if stage else ""
    return [path], f"embedding-atlas FOLDER/{TABLE} --text text{axes}"


TARGET = Target(
    name="embedding_atlas",
    title="Embedding Atlas",
    about="A Parquet table with the texts, the places and clusters on the maps, scores, flags and decisions.",
    write=write,
)
