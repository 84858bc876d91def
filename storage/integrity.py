"""What can be wrong between the tables of a workspace, and how it is put right. Nothing here runs unless asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from storage import constraints
from storage.rows import StoredRow
from storage.store import Cursor, Store, first

INDEX_SECONDS = 60.0
_NO_SAMPLE = "sample_no NOT IN (SELECT sample_no FROM sample)"
_NO_DATASET = "dataset_no NOT IN (SELECT dataset_no FROM dataset)"
_NO_IMAGE = "image_no NOT IN (SELECT image_no FROM image)"
ORPHANS: Sequence[tuple[str, str]] = (
    ("sample", _NO_DATASET),
    ("turn", _NO_SAMPLE),
    ("sample_image", _NO_SAMPLE),
    ("sample_image", f"image_no IS NOT NULL AND {_NO_IMAGE}"),
    ("flag", _NO_SAMPLE),
    ("vote", _NO_SAMPLE),
    ("duplicate_group", _NO_SAMPLE),
    ("projection", _NO_SAMPLE),
    ("import_outcome", _NO_DATASET),
    ("annotation", f"{_NO_DATASET} OR {_NO_IMAGE}"),
    ("vocabulary", _NO_DATASET),
    ("dataset_tag", _NO_DATASET),
    ("score", "subject = 'sample' AND subject_no NOT IN (SELECT sample_no FROM sample)"),
    ("score", "subject = 'turn' AND subject_no NOT IN (SELECT turn_no FROM turn)"),
    ("score", "subject = 'image' AND subject_no NOT IN (SELECT image_no FROM image)"),
)
"""Rows that belong to something that is gone: a table, and what is true of them. Owners come before what they own."""

_OF_SAMPLES = ("turn", "sample_image", "flag", "vote", "duplicate_group", "projection")
_NUMBERED = {
    "sample": ("sample", *_OF_SAMPLES),
    "turn": ("turn",),
    "image": ("image", "sample_image", "annotation", "removed_sample_image", "removed_annotation"),
}
"""Tables with a column of each number."""


def doubled(store: Store) -> dict[tuple[str, str], int]:
    """How many rows are one too many, by table and the columns that have to be unique; none where all is well."""
    counts = {
        (table, columns): int(store.one(f"SELECT count(*) - count(DISTINCT ({columns})) FROM {table}"))
        for table, columns in constraints.UNIQUE
    }
    return {where: count for where, count in counts.items() if count}


def gaps(store: Store) -> dict[str, int]:
    """How many numbers are missing among samples, which are counted from 0 without gaps."""
    sql = "SELECT coalesce(max(sample_no), -1) + 1 - count(DISTINCT sample_no) FROM sample"
    count = int(store.one(sql))
    return {"sample": count} if count else {}


def orphans(store: Store) -> dict[str, int]:
    """How many rows of each table belong to something that is gone."""
    counts: dict[str, int] = {}
    for table, condition in ORPHANS:
        count = int(store.one(f"SELECT count(*) FROM {table} WHERE {condition}"))
        if count:
            counts[table] = counts.get(table, 0) + count
    return counts


def delete_orphans(cursor: Cursor) -> None:
    """Deletes what `orphans` counts."""
    for table, condition in ORPHANS:
        cursor.execute(f"DELETE FROM {table} WHERE {condition}")


def incomplete(store: Store) -> list[StoredRow]:
    """Datasets whose import has not come to its end."""
    return store.frame("SELECT * FROM dataset WHERE state <> 'complete' ORDER BY dataset_no").to_dicts()


def short(store: Store) -> list[tuple[str, int, int]]:
    """(dataset, rows that were read, rows that are accounted for) where the two differ."""
    return store.rows(
        """SELECT name, rows_seen, coalesce(n, 0) + coalesce(m, 0) FROM dataset
           LEFT JOIN (SELECT dataset_no, count(*) AS n FROM sample GROUP BY 1) USING (dataset_no)
           LEFT JOIN (SELECT dataset_no, count(*) AS m FROM import_outcome GROUP BY 1) USING (dataset_no)
           WHERE rows_seen <> coalesce(n, 0) + coalesce(m, 0) ORDER BY name"""
    )


_SHARED_IMAGES = """
    SELECT image_no, content_hash FROM image
    WHERE image_no IN (SELECT image_no FROM image GROUP BY 1 HAVING count(*) > 1)
       OR content_hash IN (SELECT content_hash FROM image GROUP BY 1 HAVING count(*) > 1)"""


def doubled_images(store: Store) -> pl.DataFrame:
    """image_no and content_hash of images that share their number or their content with another."""
    return store.frame(_SHARED_IMAGES)


def doubled_samples(store: Store) -> pl.DataFrame:
    """Samples that share their number, their turns' numbers or their images' numbers with another.

    Columns: sample_no, dataset_no, dataset, format, home (the dataset's file), images_root, row_index, content_hash,
    copy, raw, key, identity; each row of a file once.
    """
    return store.frame(
        f"""WITH shared AS (
               SELECT sample_no FROM sample GROUP BY 1 HAVING count(*) > 1
               UNION SELECT sample_no FROM sample SEMI JOIN (
                   SELECT dataset_no, row_index FROM sample GROUP BY ALL HAVING count(*) > 1)
                   USING (dataset_no, row_index)
               UNION SELECT sample_no FROM turn
                     WHERE turn_no IN (SELECT turn_no FROM turn GROUP BY 1 HAVING count(*) > 1)
               UNION SELECT sample_no FROM sample_image SEMI JOIN ({_SHARED_IMAGES}) USING (image_no))
           SELECT s.sample_no, s.dataset_no, d.name AS dataset, d.format, d.path AS home, d.images_root,
                  s.row_index, s.content_hash, s.copy, s.raw, s.key, s.identity
           FROM sample s SEMI JOIN shared USING (sample_no) JOIN dataset d USING (dataset_no)
           QUALIFY row_number() OVER (PARTITION BY s.dataset_no, s.row_index ORDER BY s.sample_no) = 1
           ORDER BY s.dataset_no, s.row_index"""
    )


def take_out(cursor: Cursor, sample_nos: Sequence[int], image_nos: Sequence[int], subjects: Mapping[str, str]) -> None:
    """Deletes samples and images with all that was derived from them; what people and annotators said of them stays.

    Args:
        cursor: A transaction on tables without unique indexes (`drop_indexes`).
        sample_nos: The samples.
        image_nos: The images, which no other sample shows.
        subjects: "sample", "turn" or "image" by feature: what the vectors and values of each are about.
    """
    for name, numbers in (("sample", sample_nos), ("image", image_nos)):
        cursor.register("going", pl.DataFrame({"number": numbers}, schema={"number": pl.Int32}))
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE gone_{name} AS SELECT DISTINCT number FROM going")
        cursor.unregister("going")
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE gone_turn AS
           SELECT DISTINCT turn_no AS number FROM turn WHERE sample_no IN (FROM gone_sample)"""
    )
    for name in ("sample", "turn", "image"):
        cursor.execute(f"DELETE FROM score WHERE subject = '{name}' AND subject_no IN (FROM gone_{name})")
        features = [feature for feature, subject in subjects.items() if subject == name]
        for table in ("embedding", "feature_value"):
            cursor.execute(
                f"DELETE FROM {table} WHERE subject_no IN (FROM gone_{name}) AND list_contains($features, feature)",
                {"features": features},
            )
    for table in (*_OF_SAMPLES, "sample"):
        cursor.execute(f"DELETE FROM {table} WHERE sample_no IN (FROM gone_sample)")
    cursor.execute("DELETE FROM image WHERE image_no IN (FROM gone_image)")


def move_annotations(cursor: Cursor, dataset_no: int, images: pl.DataFrame) -> None:
    """Gives annotations of a dataset to its images of the same content, which have other numbers now.

    Args:
        cursor: A transaction.
        dataset_no: The dataset whose annotations move.
        images: image_no (as it was) and content_hash of the images that the dataset shows.
    """
    cursor.register("old_image", images.unique("image_no", keep="none"))
    cursor.execute(
        """UPDATE annotation SET image_no = image.image_no FROM old_image JOIN image USING (content_hash)
           WHERE annotation.image_no = old_image.image_no AND dataset_no = $no""",
        {"no": dataset_no},
    )
    cursor.unregister("old_image")


def close_gaps(cursor: Cursor, subjects: Mapping[str, str], names: Sequence[str] = ("sample", "turn", "image")) -> None:
    """Numbers samples, turns and images anew from 0 without gaps, in their order, wherever the numbers stand.

    Args:
        cursor: A transaction on tables without unique indexes (`drop_indexes`).
        subjects: "sample", "turn" or "image" by feature: what the vectors and values of each are about.
        names: Which of the three.
    """
    for name in names:
        cursor.execute(
            f"""CREATE OR REPLACE TEMP TABLE moved AS SELECT * FROM (
                    SELECT {name}_no AS old_no, row_number() OVER (ORDER BY {name}_no) - 1 AS new_no FROM {name})
                WHERE old_no <> new_no"""
        )
        if not first(cursor, "SELECT count(*) FROM moved"):
            continue
        for table in _NUMBERED[name]:
            _move(cursor, table, f"{name}_no", "")
        for table in ("score", "flag"):
            _move(cursor, table, "subject_no", f"subject = '{name}'")
        if name == "turn":
            _move(cursor, "vote", "subject_no", "")
        features = [feature for feature, subject in subjects.items() if subject == name]
        for table in ("embedding", "feature_value"):
            _move(cursor, table, "subject_no", "list_contains($features, feature)", {"features": features})


def _move(cursor: Cursor, table: str, column: str, condition: str, params: Mapping[str, object] | None = None) -> None:
    also = f" AND {condition}" if condition else ""
    cursor.execute(
        f"UPDATE {table} SET {column} = new_no FROM moved WHERE {column} = old_no{also}",
        dict(params) if params else None,
    )


def drop_indexes(store: Store) -> None:
    """Lets numbers be given anew; `make_indexes` or the next opening of the workspace makes the indexes again."""
    with store.transaction() as cursor:
        for table in {table for table, _ in constraints.UNIQUE}:
            constraints.drop(cursor, table)


def make_indexes(store: Store) -> list[tuple[str, str]]:
    """Makes the unique indexes; returns those that cannot be made since something is still there twice.

    While another thread reads what was just updated, DuckDB makes none: it is tried again for INDEX_SECONDS. Indexes
    that are missing then are made when the workspace is opened again.
    """
    deadline = time.monotonic() + INDEX_SECONDS
    while True:
        try:
            with store.transaction() as cursor:
                store.doubled = tuple(constraints.ensure(cursor))
            return list(store.doubled)
        except duckdb.TransactionException:
            if time.monotonic() > deadline:
                return list(store.doubled)
            time.sleep(0.05)


def image_files(store: Store) -> pl.DataFrame:
    """image_no, path, content_hash, bytes, outcome of every picture, and one images_root that it was looked for in."""
    return store.frame(
        """SELECT image_no, image.path, image.content_hash, bytes, outcome, min(images_root) AS images_root
           FROM image ANTI JOIN unused_image USING (image_no)
           LEFT JOIN (SELECT DISTINCT image_no, images_root FROM sample_image JOIN sample USING (sample_no)
                                 JOIN dataset USING (dataset_no)) USING (image_no)
           GROUP BY ALL ORDER BY image_no"""
    )


def set_image_paths(cursor: Cursor, paths: Mapping[int, str]) -> None:
    """Records where pictures lie now.

    Args:
        cursor: A transaction.
        paths: Locators by image_no.
    """
    frame = pl.DataFrame(
        {"image_no": list(paths), "path": list(paths.values())}, schema={"image_no": pl.Int32, "path": pl.String}
    )
    cursor.register("moved_images", frame)
    cursor.execute("UPDATE image SET path = m.path FROM moved_images m WHERE image.image_no = m.image_no")
    cursor.unregister("moved_images")
