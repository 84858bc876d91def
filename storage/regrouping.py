"""Samples that go from one dataset into another; their numbers, scores and keys stay."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from storage.rows import StoredRow
from storage.store import Cursor, Store, first


def with_field(store: Store, dataset_no: int, field: str) -> pl.DataFrame:
    """Reads a field of a dataset's rows.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        field: The field's name, of the row itself.

    Returns:
        sample_no, source_id and value (as text, null where a row has no such field), in row order.
    """
    pointer = "/" + field.replace("~", "~0").replace("/", "~1")
    return store.frame(
        """SELECT sample_no, source_id, raw ->> $pointer AS value FROM sample WHERE dataset_no = $no
           ORDER BY row_index""",
        {"no": dataset_no, "pointer": pointer},
    )


def split_off(cursor: Cursor, dataset: StoredRow, name: str, sample_nos: Sequence[int]) -> int:
    """Makes a dataset of some samples of another one.

    Args:
        cursor: A transaction on samples without indexes (`removals.begin`).
        dataset: Row of the table `dataset` of the one that they leave.
        name: The new one's name.
        sample_nos: The samples.

    Returns:
        The new dataset's number.
    """
    number = int(
        first(
            cursor,
            """SELECT greatest((SELECT max(dataset_no) FROM dataset),
                               coalesce((SELECT max(dataset_no) FROM removal), 0)) + 1""",
        )
    )
    params = {"new": number, "old": dataset["dataset_no"]}
    cursor.execute(
        """INSERT INTO dataset SELECT * REPLACE ($new AS dataset_no, $name AS name, $count AS rows_seen)
           FROM dataset WHERE dataset_no = $old""",
        {**params, "name": name, "count": len(sample_nos)},
    )
    cursor.execute(
        "UPDATE dataset SET rows_seen = rows_seen - $count WHERE dataset_no = $old",
        {"count": len(sample_nos), "old": dataset["dataset_no"]},
    )
    cursor.register("going", pl.DataFrame({"number": sample_nos}, schema={"number": pl.Int32}))
    cursor.execute("UPDATE sample SET dataset_no = $new WHERE sample_no IN (SELECT number FROM going)", {"new": number})
    cursor.unregister("going")
    cursor.execute(
        """INSERT INTO annotation SELECT * REPLACE ($new AS dataset_no) FROM annotation
           WHERE dataset_no = $old AND image_no IN (
               SELECT image_no FROM sample_image JOIN sample USING (sample_no) WHERE dataset_no = $new)""",
        params,
    )
    for table in ("vocabulary", "dataset_tag"):
        cursor.execute(
            f"INSERT INTO {table} SELECT * REPLACE ($new AS dataset_no) FROM {table} WHERE dataset_no = $old", params
        )
    return number


def join(cursor: Cursor, target: StoredRow, other: StoredRow) -> None:
    """Puts all of a dataset behind the rows of another one; it is there no more.

    Args:
        cursor: A transaction on samples without indexes (`removals.begin`).
        target: Row of the table `dataset` of the one that stays.
        other: Row of the one that goes.
    """
    numbers = {"target": target["dataset_no"], "other": other["dataset_no"]}
    highest = first(cursor, "SELECT max(row_index) FROM sample WHERE dataset_no = $no", {"no": target["dataset_no"]})
    shift = max(target["rows_seen"], (highest if highest is not None else -1) + 1)
    for table in ("sample", "import_outcome"):
        cursor.execute(
            f"""UPDATE {table} SET dataset_no = $target, row_index = row_index + $shift
                WHERE dataset_no = $other""",
            {**numbers, "shift": shift},
        )
    cursor.execute(
        """DELETE FROM annotation WHERE dataset_no = $other AND (image_no, source) IN (
               SELECT image_no, source FROM annotation WHERE dataset_no = $target)""",
        numbers,
    )
    for table in ("annotation", "vocabulary", "removal", "removed_sample"):
        cursor.execute(f"UPDATE {table} SET dataset_no = $target WHERE dataset_no = $other", numbers)
    cursor.execute("DELETE FROM dataset_tag WHERE dataset_no = $other", {"other": other["dataset_no"]})
    cursor.execute("DELETE FROM dataset WHERE dataset_no = $other", {"other": other["dataset_no"]})
    cursor.execute(
        """UPDATE dataset SET rows_seen = rows_seen + $rows, evidence_run = greatest(evidence_run, $run)
           WHERE dataset_no = $target""",
        {"rows": other["rows_seen"], "run": other["evidence_run"], "target": target["dataset_no"]},
    )
