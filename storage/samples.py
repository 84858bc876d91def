"""Samples, turns, images and annotations: what an import writes and what pages and workers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl

from storage.rows import StoredRow
from storage.store import Cursor, Store, first

SCHEMAS: Mapping[str, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "sample": {
        "sample_no": pl.Int32,
        "dataset_no": pl.Int32,
        "row_index": pl.Int32,
        "source_id": pl.String,
        "content_hash": pl.String,
        "copy": pl.Int32,
        "raw": pl.String,
        "key": pl.String,
        "identity": pl.String,
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
        "orientation": pl.Int8,
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


def add(cursor: Cursor, tables: Mapping[str, Sequence[tuple[object, ...]]]) -> int:
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


def count(store: Store) -> int:
    """How many samples there are."""
    return int(store.one("SELECT count(*) FROM sample"))


def contents(store: Store, dataset_no: int) -> list[str]:
    """Reads the content hashes of a dataset's samples.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Hashes in row order.
    """
    sql = "SELECT content_hash FROM sample WHERE dataset_no = $no ORDER BY row_index"
    return [row[0] for row in store.rows(sql, {"no": dataset_no})]


def images(store: Store) -> pl.DataFrame:
    """Every picture that a sample shows."""
    return store.frame("SELECT * FROM image ANTI JOIN unused_image USING (image_no) ORDER BY image_no")


def one(store: Store, sample_no: int) -> StoredRow | None:
    """Reads one sample with its dataset's name and format, turns, images and annotations.

    Args:
        store: The workspace's store.
        sample_no: The sample.

    Returns:
        The sample as plain data; None when there is none.
    """
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
    """Reads the stored rows of samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        sample_no, key, dataset, format, raw, images_root and home (the dataset's file), in row order.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        """SELECT sample_no, key, d.name AS dataset, format, raw,
                  images_root, path AS home
           FROM sample JOIN requested USING (sample_no) JOIN dataset d USING (dataset_no)
           ORDER BY dataset_no, row_index""",
        tables={"requested": requested},
    )


def dataset_of(store: Store, sample_nos: Sequence[int]) -> list[int]:
    """Looks up the datasets of samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples, in row order.

    Returns:
        The number of each one's dataset.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        "SELECT dataset_no FROM sample SEMI JOIN requested USING (sample_no) ORDER BY dataset_no, row_index",
        tables={"requested": requested},
    )["dataset_no"].to_list()


def pictures(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Reads the pictures of samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        sample_no, ref, found_by, image_no and path (a locator; null without a picture), content_hash, images_root and
        home (the dataset's file), in row order and position.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        """SELECT sample_no, ref, found_by, image_no, image.path, image.content_hash, images_root, dataset.path AS home
           FROM sample_image JOIN requested USING (sample_no) JOIN sample USING (sample_no)
           JOIN dataset USING (dataset_no)
           LEFT JOIN image USING (image_no) ORDER BY sample_no, position""",
        tables={"requested": requested},
    )


def source_ids(store: Store, sample_nos: Sequence[int], formats: Sequence[str]) -> dict[str, frozenset[str]]:
    """Reads the rows' own names of samples that are of one of some formats.

    Args:
        store: The workspace's store.
        sample_nos: The samples.
        formats: Names of formats.

    Returns:
        Names by format; formats without any are left out.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    ids = store.frame(
        """SELECT format, list(source_id) AS names FROM sample JOIN requested USING (sample_no)
           JOIN dataset USING (dataset_no)
           WHERE list_contains($formats, format) AND source_id IS NOT NULL GROUP BY format""",
        {"formats": list(formats)},
        tables={"requested": requested},
    )
    return {form: frozenset(names) for form, names in ids.iter_rows()}


def own_splits(store: Store, elsewhere: Mapping[int, tuple[str, str]]) -> pl.DataFrame:
    """Reads the split that rows name themselves.

    Args:
        store: The workspace's store.
        elsewhere: For datasets whose rows name it in another field, two JSON pointers to look for it, by the dataset's
            number.

    Returns:
        sample_no and split, of the samples whose row has a text in its field `split`, or came from such a folder.
    """
    usual = store.frame(
        """SELECT sample_no, coalesce(raw ->> '$.split', raw ->> '$.__folder__') AS split FROM sample
           WHERE (json_type(raw, '$.split') = 'VARCHAR' OR json_type(raw, '$.__folder__') = 'VARCHAR')
             AND NOT list_contains($elsewhere, dataset_no)""",
        {"elsewhere": list(elsewhere)},
    )
    sql = """SELECT sample_no, coalesce(raw ->> $first, raw ->> $second) AS split FROM sample
             WHERE dataset_no = $no AND coalesce(raw ->> $first, raw ->> $second) IS NOT NULL"""
    named = [
        store.frame(sql, {"no": dataset_no, "first": first_pointer, "second": second_pointer})
        for dataset_no, (first_pointer, second_pointer) in elsewhere.items()
    ]
    return pl.concat([usual, *named])


def licences(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Reads the licences that rows state in a field of their own.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        dataset, licence and samples, by dataset, the most first.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    return store.frame(
        """WITH stated AS (
               SELECT d.name AS dataset, coalesce(raw ->> '$.license', raw ->> '$.licence') AS licence
               FROM sample SEMI JOIN requested USING (sample_no) JOIN dataset d USING (dataset_no)
               WHERE raw LIKE '%"licen%')
           SELECT dataset, licence, count(*) AS samples FROM stated WHERE licence IS NOT NULL
           GROUP BY ALL ORDER BY dataset, samples DESC, licence""",
        tables={"requested": requested},
    )


def numbers_of(store: Store, keys: Sequence[str]) -> list[int]:
    """Looks samples up by their keys.

    Args:
        store: The workspace's store.
        keys: Sample keys; those that no sample has are passed over.

    Returns:
        Sample numbers in row order.
    """
    requested = pl.DataFrame({"key": keys}, schema={"key": pl.String})
    return store.frame(
        """SELECT sample_no FROM sample JOIN dataset d USING (dataset_no)
           JOIN requested USING (key)
           ORDER BY dataset_no, row_index""",
        tables={"requested": requested},
    )["sample_no"].to_list()


def in_row_order(store: Store, sample_nos: np.ndarray) -> list[int]:
    """Sorts samples by dataset and row.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        The same numbers in row order.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    ordered = store.frame(
        "SELECT sample_no FROM sample SEMI JOIN requested USING (sample_no) ORDER BY dataset_no, row_index",
        tables={"requested": requested},
    )
    return ordered["sample_no"].to_list()


def key_of(store: Store, dataset: str, row_index: int) -> str | None:
    """Finds the key under which decisions on a row are kept.

    Args:
        store: The workspace's store.
        dataset: The dataset's name.
        row_index: The row, from 0.

    Returns:
        The sample's key; None when there is no such sample.
    """
    return store.one(
        """SELECT key FROM sample JOIN dataset d USING (dataset_no)
           WHERE d.name = $dataset AND row_index = $row""",
        {"dataset": dataset, "row": row_index},
    )


def listing(store: Store) -> pl.DataFrame:
    """sample_no, dataset, row_index, source_id, sample key and number of turns and images, by sample_no."""
    return store.frame(
        """SELECT sample_no, d.name AS dataset, row_index, source_id,
                  key,
                  coalesce(t.turns, 0) AS turns, coalesce(i.images, 0) AS images
           FROM sample JOIN dataset d USING (dataset_no)
           LEFT JOIN (SELECT sample_no, count(*) AS turns FROM turn GROUP BY 1) t USING (sample_no)
           LEFT JOIN (SELECT sample_no, count(*) AS images FROM sample_image GROUP BY 1) i USING (sample_no)
           ORDER BY sample_no"""
    )


def glance(store: Store, sample_no: int) -> StoredRow | None:
    """Reads the beginning of one sample.

    Args:
        store: The workspace's store.
        sample_no: The sample.

    Returns:
        dataset, row_index, and the first instruction and response; None when there is no such sample.
    """
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
    """Reads the first instruction or response of each of a few samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.
        side: Which of the two.

    Returns:
        Texts by sample_no.
    """
    requested = pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
    texts = store.frame(
        f"""SELECT sample_no, arg_min({side}, turn_index) AS said FROM turn SEMI JOIN requested USING (sample_no)
           GROUP BY 1""",
        tables={"requested": requested},
    )
    return dict(texts.iter_rows())
