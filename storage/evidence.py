"""What annotators said of a dataset's pictures, and which classes they looked for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.rows import StoredRow
from storage.samples import SCHEMAS
from storage.store import Cursor, Store, append_frame


def append(cursor: Cursor, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Adds rows to `annotation` or `vocabulary`.

    Args:
        cursor: The transaction that they belong to.
        table: One of the two.
        rows: In the column order of SCHEMAS.
    """
    if rows:
        append_frame(cursor, table, pl.DataFrame(rows, schema=dict(SCHEMAS[table]), orient="row"))


def forget_annotations(cursor: Cursor, dataset_no: int, source: str) -> None:
    """Removes what an annotation file said before it is stored again.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        source: The annotations' source.
    """
    for table in ("annotation", "vocabulary"):
        cursor.execute(
            f"DELETE FROM {table} WHERE dataset_no = $no AND source = $source",
            {"no": dataset_no, "source": source},
        )


def annotations_of(store: Store, dataset_no: int) -> list[StoredRow]:
    """Reads what was attached to a dataset, with the path of each picture's file.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Annotations in the order of pictures and sources.
    """
    return store.frame(
        """SELECT a.*, path FROM annotation a JOIN image USING (image_no) WHERE dataset_no = $no
           ORDER BY image_no, source""",
        {"no": dataset_no},
    ).to_dicts()


def annotated(store: Store, dataset_no: int) -> int:
    """Counts a dataset's pictures that have annotations of any source.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Their number.
    """
    sql = "SELECT count(DISTINCT image_no) FROM annotation WHERE dataset_no = $no"
    return int(store.one(sql, {"no": dataset_no}))


def vocabulary(store: Store, dataset_no: int) -> list[tuple[str, str]]:
    """Reads all that annotators looked for in a dataset.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        (source, class) pairs, sorted.
    """
    sql = "SELECT DISTINCT source, object FROM vocabulary WHERE dataset_no = $no ORDER BY ALL"
    return store.rows(sql, {"no": dataset_no})
