"""Samples, turns, images and annotations: what an import writes and what pages and workers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import duckdb
import numpy as np
import polars as pl

from storage.store import Store, append_frame, first

Cursor = duckdb.DuckDBPyConnection

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "sample": {
        "sample_no": pl.Int32,
        "dataset_no": pl.Int32,
        "row_index": pl.Int32,
        "source_id": pl.String,
        "content_hash": pl.String,
        "copy": pl.Int32,
        "raw": pl.String,
    },
    "turn": {
        "sample_no": pl.Int32,
        "turn_index": pl.Int32,
        "instruction": pl.String,
        "response": pl.String,
    },
    "import_outcome": {
        "dataset_no": pl.Int32,
        "row_index": pl.Int32,
        "outcome": pl.String,
        "detail": pl.String,
    },
    "image": {
        "content_hash": pl.String,
        "path": pl.String,
        "bytes": pl.Int64,
        "width": pl.Int32,
        "height": pl.Int32,
        "phash": pl.UInt64,
        "outcome": pl.String,
        "detail": pl.String,
    },
    "sample_image": {
        "sample_no": pl.Int32,
        "position": pl.Int32,
        "content_hash": pl.String,
        "ref": pl.String,
        "found_by": pl.String,
        "outcome": pl.String,
    },
    "annotation": {
        "dataset_no": pl.Int32,
        "image_no": pl.Int32,
        "source": pl.String,
        "objects": pl.List(pl.String),
        "captions": pl.List(pl.String),
        "boxes": pl.String,
        "questions": pl.String,
        "texts": pl.String,
        "format": pl.String,
    },
    "vocabulary": {"dataset_no": pl.Int32, "source": pl.String, "object": pl.String},
}
"""What callers give of each table's rows; turns and images get their numbers here, pictures are named by content."""

_INSERTS = {
    "sample": "INSERT INTO sample SELECT $sample + sample_no, * EXCLUDE (sample_no) FROM new_rows ORDER BY sample_no",
    "turn": """INSERT INTO turn SELECT $turn + row_number() OVER (ORDER BY sample_no, turn_index) - 1,
                   $sample + sample_no, * EXCLUDE (sample_no) FROM new_rows ORDER BY sample_no, turn_index""",
    "import_outcome": "INSERT INTO import_outcome SELECT * FROM new_rows",
    "image": """INSERT INTO image SELECT $image + row_number() OVER (ORDER BY path) - 1, * FROM new_rows
                WHERE content_hash NOT IN (SELECT content_hash FROM image) ORDER BY path""",
    "sample_image": """INSERT INTO sample_image
                       SELECT $sample + sample_no, position, image_no, ref, found_by, n.outcome
                       FROM new_rows n LEFT JOIN image USING (content_hash) ORDER BY sample_no, position""",
}
"""The tables of an import, images before what shows them."""


def add(cursor: Cursor, tables: Mapping[str, Sequence[tuple[Any, ...]]]) -> int:
    """Adds the rows of an import under the next free numbers, which are handed out here and nowhere else.

    Args:
        cursor: The transaction that the numbers belong to.
        tables: Rows by table, in the column order of SCHEMAS. Samples, and what names them, count from 0; an image
            whose content is known stays as it is.

    Returns:
        The number of the first sample.
    """
    numbers = {
        name: int(first(cursor, f"SELECT coalesce(max({name}_no), -1) + 1 FROM {name}"))
        for name in ("sample", "turn", "image")
    }
    for table, sql in _INSERTS.items():
        rows = tables.get(table)
        if rows:
            cursor.register("new_rows", pl.DataFrame(rows, schema=dict(SCHEMAS[table]), orient="row"))
            cursor.execute(sql, {name: number for name, number in numbers.items() if f"${name}" in sql} or None)
            cursor.unregister("new_rows")
    return numbers["sample"]


def append(cursor: Cursor, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds rows, in the column order of SCHEMAS, to `annotation` or `vocabulary`."""
    if rows:
        append_frame(cursor, table, pl.DataFrame(rows, schema=dict(SCHEMAS[table]), orient="row"))


def forget_annotations(cursor: Cursor, dataset_no: int, source: str) -> None:
    """Removes what an annotation file said before it is stored again."""
    for table in ("annotation", "vocabulary"):
        cursor.execute(
            f"DELETE FROM {table} WHERE dataset_no = $no AND source = $source",
            {"no": dataset_no, "source": source},
        )


def annotations_of(store: Store, dataset_no: int) -> list[dict[str, Any]]:
    """What was attached to a dataset, with the path of each picture's file, in the order of pictures and sources."""
    return store.frame(
        """SELECT a.*, path FROM annotation a JOIN image USING (image_no) WHERE dataset_no = $no
           ORDER BY image_no, source""",
        {"no": dataset_no},
    ).to_dicts()


def annotated(store: Store, dataset_no: int) -> int:
    """How many of a dataset's pictures have annotations of any source."""
    sql = "SELECT count(DISTINCT image_no) FROM annotation WHERE dataset_no = $no"
    return int(store.one(sql, {"no": dataset_no}))


def vocabulary(store: Store, dataset_no: int) -> list[tuple[str, str]]:
    """(source, class) for all that annotators looked for in a dataset."""
    sql = "SELECT DISTINCT source, object FROM vocabulary WHERE dataset_no = $no ORDER BY ALL"
    return store.rows(sql, {"no": dataset_no})


def count(store: Store) -> int:
    """How many samples there are."""
    return int(store.one("SELECT count(*) FROM sample"))


def contents(store: Store, dataset_no: int) -> list[str]:
    """Content hashes of a dataset's samples in row order."""
    sql = "SELECT content_hash FROM sample WHERE dataset_no = $no ORDER BY row_index"
    return [row[0] for row in store.rows(sql, {"no": dataset_no})]


def images(store: Store) -> pl.DataFrame:
    """Every image file known to the workspace."""
    return store.frame("SELECT * FROM image ORDER BY image_no")


def image_file(store: Store, image_no: int) -> dict[str, Any] | None:
    """Path, content hash and outcome of one image."""
    return next(iter(store.frame("SELECT * FROM image WHERE image_no = $no", {"no": image_no}).to_dicts()), None)


def first_images(store: Store) -> pl.DataFrame:
    """sample_no and the number of the first image of each sample that can be shown."""
    return store.frame(
        """SELECT sample_no, arg_min(image_no, position) AS image_no FROM sample_image
           WHERE image_no IS NOT NULL AND outcome = 'ok' GROUP BY 1 ORDER BY 1"""
    )


def first_images_of(store: Store, sample_nos: Sequence[int]) -> dict[int, int]:
    """The first good picture of each of a few samples that has one."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    images = store.frame(
        """SELECT sample_no, arg_min(image_no, position) AS image_no
           FROM sample_image SEMI JOIN requested USING (sample_no) WHERE image_no IS NOT NULL AND outcome = 'ok'
           GROUP BY 1""",
        tables={"requested": requested},
    )
    return dict(images.iter_rows())


def images_of_dataset(store: Store, dataset_no: int) -> list[tuple[str, int]]:
    """(name, image_no) of every image that the dataset's samples use: its path, and what rows call it."""
    return store.rows(
        """WITH used AS (SELECT image_no, ref, found_by, path FROM sample_image
                         JOIN sample USING (sample_no) JOIN image USING (image_no) WHERE dataset_no = $no)
           SELECT DISTINCT path, image_no FROM used
           UNION SELECT DISTINCT ref, image_no FROM used WHERE found_by <> 'data_uri' ORDER BY ALL""",
        {"no": dataset_no},
    )


def one(store: Store, sample_no: int) -> dict[str, Any] | None:
    """One sample with its dataset's name and format, turns, images and annotations; None when there is none."""
    params = {"no": sample_no}
    sample = store.frame(
        "SELECT sample.*, name AS dataset, format FROM sample JOIN dataset USING (dataset_no) WHERE sample_no = $no",
        params,
    ).to_dicts()
    if not sample:
        return None
    turns = store.frame("SELECT * FROM turn WHERE sample_no = $no ORDER BY turn_index", params).to_dicts()
    pictures = store.frame(
        """SELECT position, image_no, ref, found_by, s.outcome, path, width, height, detail FROM sample_image s
           LEFT JOIN image USING (image_no) WHERE sample_no = $no ORDER BY position""",
        params,
    ).to_dicts()
    annotations = store.frame(
        """SELECT image_no, source, objects, captions, boxes FROM annotation
           WHERE image_no IN (SELECT image_no FROM sample_image WHERE sample_no = $no)""",
        params,
    ).to_dicts()
    return sample[0] | {"turns": turns, "images": pictures, "annotations": annotations}


def rows(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """sample_no, key, format, raw, images_root and home (the dataset's file) of the samples, in row order."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        """SELECT sample_no, d.name || '/' || content_hash || '#' || copy AS key, format, raw,
                  images_root, path AS home
           FROM sample JOIN requested USING (sample_no) JOIN dataset d USING (dataset_no)
           ORDER BY dataset_no, row_index""",
        tables={"requested": requested},
    )


def dataset_of(store: Store, sample_nos: Sequence[int]) -> list[int]:
    """The dataset's number of each of the samples, which are in row order."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        "SELECT dataset_no FROM sample SEMI JOIN requested USING (sample_no) ORDER BY dataset_no, row_index",
        tables={"requested": requested},
    )["dataset_no"].to_list()


def pictures(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """The samples' pictures, in row order and position.

    Columns: sample_no, ref, found_by, path (a locator, null without a picture), content_hash, images_root, home (the
    dataset's file).
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        """SELECT sample_no, ref, found_by, image.path, image.content_hash, images_root, dataset.path AS home
           FROM sample_image JOIN requested USING (sample_no) JOIN sample USING (sample_no)
           JOIN dataset USING (dataset_no)
           LEFT JOIN image USING (image_no) ORDER BY sample_no, position""",
        tables={"requested": requested},
    )


def source_ids(store: Store, sample_nos: Sequence[int], formats: Sequence[str]) -> dict[str, frozenset[str]]:
    """The rows' own names of those samples that are of one of the formats, by format."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    ids = store.frame(
        """SELECT format, list(source_id) AS names FROM sample JOIN requested USING (sample_no)
           JOIN dataset USING (dataset_no)
           WHERE list_contains($formats, format) AND source_id IS NOT NULL GROUP BY format""",
        {"formats": list(formats)},
        tables={"requested": requested},
    )
    return {form: frozenset(names) for form, names in ids.iter_rows()}


def numbers_of(store: Store, keys: Sequence[str]) -> list[int]:
    """The samples with these keys, in row order."""
    requested = pl.DataFrame({"key": keys}, schema={"key": pl.String})
    return store.frame(
        """SELECT sample_no FROM sample JOIN dataset d USING (dataset_no)
           JOIN requested ON requested.key = d.name || '/' || content_hash || '#' || copy
           ORDER BY dataset_no, row_index""",
        tables={"requested": requested},
    )["sample_no"].to_list()


def in_row_order(store: Store, sample_nos: np.ndarray) -> list[int]:
    """The numbers by dataset and row."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    ordered = store.frame(
        "SELECT sample_no FROM sample SEMI JOIN requested USING (sample_no) ORDER BY dataset_no, row_index",
        tables={"requested": requested},
    )
    return ordered["sample_no"].to_list()


def key_of(store: Store, dataset: str, row_index: int) -> str | None:
    """The key under which decisions on this row are kept, or None when there is no such sample."""
    return store.one(
        """SELECT d.name || '/' || content_hash || '#' || copy FROM sample JOIN dataset d USING (dataset_no)
           WHERE d.name = $dataset AND row_index = $row""",
        {"dataset": dataset, "row": row_index},
    )


def image_refs(store: Store, sample_nos: Sequence[int]) -> list[str]:
    """Image references of the samples as their rows name them, each once, in row order; data URIs left out."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    refs = store.frame(
        """SELECT ref FROM sample_image JOIN requested USING (sample_no) WHERE found_by NOT IN ('data_uri', 'embedded')
           GROUP BY ref ORDER BY min(sample_no), ref""",
        tables={"requested": requested},
    )
    return refs["ref"].to_list()


def listing(store: Store) -> pl.DataFrame:
    """sample_no, dataset, row_index, source_id, sample key and number of turns and images, by sample_no."""
    return store.frame(
        """SELECT sample_no, d.name AS dataset, row_index, source_id,
                  d.name || '/' || content_hash || '#' || copy AS key,
                  coalesce(t.turns, 0) AS turns, coalesce(i.images, 0) AS images
           FROM sample JOIN dataset d USING (dataset_no)
           LEFT JOIN (SELECT sample_no, count(*) AS turns FROM turn GROUP BY 1) t USING (sample_no)
           LEFT JOIN (SELECT sample_no, count(*) AS images FROM sample_image GROUP BY 1) i USING (sample_no)
           ORDER BY sample_no"""
    )


def glance(store: Store, sample_no: int) -> dict[str, Any] | None:
    """Dataset, row_index and the first instruction and response of one sample; None when there is none."""
    sample = store.frame(
        """SELECT d.name AS dataset, row_index, coalesce(instruction, '') AS instruction,
                  coalesce(response, '') AS response
           FROM sample JOIN dataset d USING (dataset_no)
           LEFT JOIN (SELECT * FROM turn WHERE sample_no = $no) t USING (sample_no)
           WHERE sample_no = $no ORDER BY turn_index LIMIT 1""",
        {"no": sample_no},
    )
    return next(iter(sample.to_dicts()), None)


def first_words(store: Store, sample_nos: Sequence[int], side: Literal["instruction", "response"]) -> dict[int, str]:
    """The first instruction or response of each of a few samples."""
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    texts = store.frame(
        f"""SELECT sample_no, arg_min({side}, turn_index) AS said FROM turn SEMI JOIN requested USING (sample_no)
           GROUP BY 1""",
        tables={"requested": requested},
    )
    return dict(texts.iter_rows())
