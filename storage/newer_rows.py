"""Rows of a newer file of a dataset: what stands there now, and how it is brought to the newer file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from storage.flags import ID as FLAG_ID
from storage.rows import StoredRow
from storage.samples import SCHEMAS
from storage.store import Cursor, Store

ROW_SCHEMA = {
    "sample_no": pl.Int32,
    "row_index": pl.Int32,
    "source_id": pl.String,
    "content_hash": pl.String,
    "raw": pl.String,
}
"""What `update` takes of each row; the last three are null where the row's text is as it was."""


def present(store: Store, dataset_no: int) -> pl.DataFrame:
    """Reads what is compared with a newer file.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        sample_no, row_index, source_id, content_hash, key and identity, in row order.
    """
    return store.frame(
        """SELECT sample_no, row_index, source_id, content_hash, key, identity FROM sample
           WHERE dataset_no = $no ORDER BY row_index""",
        {"no": dataset_no},
    )


def turns(store: Store, sample_nos: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Reads the texts of samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        (instruction, response) of each turn in order, by sample; samples without turns are left out.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    rows = store.frame(
        """SELECT sample_no, instruction, response FROM turn SEMI JOIN requested USING (sample_no)
           ORDER BY sample_no, turn_index""",
        tables={"requested": requested},
    )
    texts: dict[int, list[tuple[str, str]]] = {}
    for number, instruction, response in rows.iter_rows():
        texts.setdefault(number, []).append((instruction, response))
    return texts


def flags_under(store: Store, keys: Mapping[str, str]) -> pl.DataFrame:
    """Finds the ids that the flags of samples would have under other sample keys.

    Args:
        store: The workspace's store.
        keys: Other keys by the samples' own.

    Returns:
        key (the sample's own), turn_index, flag_id and new_id.
    """
    renamed = pl.DataFrame(
        {"key": list(keys), "new_key": list(keys.values())}, schema={"key": pl.String, "new_key": pl.String}
    )
    return store.frame(
        f"""SELECT DISTINCT s.key, turn_index, flag_id, {FLAG_ID.format(key="new_key")} AS new_id
            FROM renamed JOIN sample s USING (key) JOIN flag USING (sample_no)""",
        tables={"renamed": renamed},
    )


def update(cursor: Cursor, rows: Sequence[tuple[object, ...]]) -> None:
    """Brings samples whose content is the same to their row in the newer file.

    Args:
        cursor: A transaction on samples without indexes (`removals.begin`).
        rows: In the column order of ROW_SCHEMA.
    """
    cursor.register("newer", pl.DataFrame(rows, schema=ROW_SCHEMA, orient="row"))
    cursor.execute(
        """UPDATE sample SET row_index = n.row_index, source_id = n.source_id, content_hash = n.content_hash,
               raw = n.raw
           FROM newer n WHERE sample.sample_no = n.sample_no AND n.raw IS NOT NULL"""
    )
    cursor.execute(
        """UPDATE sample SET row_index = n.row_index FROM newer n
           WHERE sample.sample_no = n.sample_no AND n.raw IS NULL AND sample.row_index <> n.row_index"""
    )
    cursor.unregister("newer")


def replace_outcomes(cursor: Cursor, dataset_no: int, outcomes: Sequence[tuple[object, ...]]) -> None:
    """Puts the outcomes of the newer file's rows in place of the earlier ones.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        outcomes: In the column order of `samples.SCHEMAS["import_outcome"]`.
    """
    cursor.execute("DELETE FROM import_outcome WHERE dataset_no = $no", {"no": dataset_no})
    if outcomes:
        frame = pl.DataFrame(outcomes, schema=dict(SCHEMAS["import_outcome"]), orient="row")
        cursor.register("new_outcomes", frame)
        cursor.execute("INSERT INTO import_outcome SELECT * FROM new_outcomes")
        cursor.unregister("new_outcomes")


def set_file(cursor: Cursor, dataset_no: int, file: StoredRow) -> None:
    """Notes the newer file of a dataset.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        file: path, file_hash, layout, images_root, rows_seen and envelope.
    """
    cursor.execute(
        """UPDATE dataset SET path = $path, file_hash = $file_hash, layout = $layout, images_root = $images_root,
               rows_seen = $rows_seen, envelope = $envelope WHERE dataset_no = $no""",
        {**file, "no": dataset_no},
    )
