"""Datasets and what became of each of their rows."""

from __future__ import annotations

import polars as pl

from storage.rows import StoredRow
from storage.store import Cursor, Store, first


def listing(store: Store) -> pl.DataFrame:
    """One row per dataset: dataset_no, name, format, layout, path, state, rows, samples, created_at."""
    return store.frame(
        """SELECT d.*, count(s.sample_no) AS samples FROM dataset d
           LEFT JOIN (SELECT sample_no, dataset_no FROM sample) s USING (dataset_no)
           GROUP BY ALL ORDER BY dataset_no"""
    )


def totals(store: Store) -> dict[str, int]:
    """How many datasets, samples, turns and images there are, and how many images can be scored."""
    row = store.rows(
        """SELECT (SELECT count(*) FROM dataset), (SELECT count(*) FROM sample), (SELECT count(*) FROM turn),
                  (SELECT count(*) FROM image ANTI JOIN unused_image USING (image_no)),
                  (SELECT count(*) FROM image ANTI JOIN unused_image USING (image_no) WHERE outcome = 'ok')"""
    )[0]
    return dict(zip(("datasets", "samples", "turns", "images", "good_images"), map(int, row), strict=True))


def roots(store: Store) -> list[str]:
    """Where the datasets' own files and images lie: paths of files and folders."""
    return [str(root) for (root,) in store.rows("SELECT path FROM dataset UNION SELECT images_root FROM dataset")]


def by_name(store: Store, name: str) -> StoredRow | None:
    """Looks a dataset up by its name.

    Args:
        store: The workspace's store.
        name: The dataset's name.

    Returns:
        Its row of the table `dataset`; None when there is no such one.
    """
    return next(iter(store.frame("SELECT * FROM dataset WHERE name = $name", {"name": name}).to_dicts()), None)


def by_number(store: Store, dataset_no: int) -> StoredRow | None:
    """Looks a dataset up by its number.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Its row of the table `dataset`; None when there is no such one.
    """
    sql = "SELECT * FROM dataset WHERE dataset_no = $no"
    return next(iter(store.frame(sql, {"no": dataset_no}).to_dicts()), None)


def by_file(store: Store, file_hash: str, images_root: str, format_name: str | None = None) -> StoredRow | None:
    """Looks a dataset up by what it was imported from.

    Args:
        store: The workspace's store.
        file_hash: Of the bytes of its file.
        images_root: Its image folder.
        format_name: Its format; None for any.

    Returns:
        Its row of the table `dataset`; None when there is no such one.
    """
    sql = """SELECT * FROM dataset WHERE file_hash = $hash AND images_root = $root
             AND format = coalesce($format, format) ORDER BY dataset_no"""
    params = {"hash": file_hash, "root": images_root, "format": format_name}
    return next(iter(store.frame(sql, params).to_dicts()), None)


def create(cursor: Cursor, dataset: StoredRow) -> int:
    """Adds a dataset in state 'importing'.

    Args:
        cursor: A transaction.
        dataset: name, format, layout, path, file_hash and images_root.

    Returns:
        The dataset's number.
    """
    number = int(
        first(
            cursor,
            """SELECT greatest(coalesce((SELECT max(dataset_no) FROM dataset), 0),
                               coalesce((SELECT max(dataset_no) FROM removal), 0)) + 1""",
        )
    )
    cursor.execute(
        """INSERT INTO dataset (dataset_no, name, format, layout, path, file_hash, images_root, state, rows_seen,
                                evidence_run, created_at)
           VALUES ($no, $name, $format, $layout, $path, $file_hash, $images_root, 'importing', 0, 0,
                   now()::TIMESTAMP)""",
        {**dataset, "no": number},
    )
    return number


def rename(cursor: Cursor, dataset_no: int, name: str) -> None:
    """Gives a dataset another name.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        name: A name that no dataset has.
    """
    cursor.execute("UPDATE dataset SET name = $name WHERE dataset_no = $no", {"name": name, "no": dataset_no})


def advance(cursor: Cursor, dataset_no: int, rows_seen: int, complete: bool = False) -> None:
    """Records how many rows of the file are dealt with.

    Args:
        cursor: The transaction that stores the rows.
        dataset_no: The dataset.
        rows_seen: Rows from the beginning of the file.
        complete: Whether the import has come to its end.
    """
    cursor.execute(
        "UPDATE dataset SET rows_seen = $seen, state = $state WHERE dataset_no = $no",
        {"seen": rows_seen, "state": "complete" if complete else "importing", "no": dataset_no},
    )


def set_format(cursor: Cursor, dataset_no: int, name: str) -> None:
    """Keeps the name of the format of a dataset's rows, which an import may widen to several."""
    cursor.execute(
        "UPDATE dataset SET format = $name WHERE dataset_no = $no AND format <> $name", {"name": name, "no": dataset_no}
    )


def set_envelope(cursor: Cursor, dataset_no: int, envelope: str) -> None:
    """Keeps what stands around the rows in the dataset's file.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        envelope: As JSON.
    """
    cursor.execute(
        "UPDATE dataset SET envelope = $envelope WHERE dataset_no = $no", {"envelope": envelope, "no": dataset_no}
    )


def outcomes(store: Store, dataset_no: int) -> dict[str, int]:
    """Counts the rows of a dataset's file by outcome.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Counts that add up to the rows of the file.
    """
    named: dict[str, int] = dict(
        store.rows(
            "SELECT outcome, count(*) FROM import_outcome WHERE dataset_no = $no GROUP BY 1 ORDER BY 1",
            {"no": dataset_no},
        )
    )
    row_count = store.one("SELECT count(*) FROM sample WHERE dataset_no = $no", {"no": dataset_no})
    linted = store.one(
        """SELECT count(DISTINCT sample_no) FROM flag JOIN sample USING (sample_no)
           WHERE metric = 'lint' AND dataset_no = $no""",
        {"no": dataset_no},
    )
    return {"imported": row_count - linted, "imported_with_lint": linted} | named


def found_by(store: Store, dataset_no: int) -> dict[str, int]:
    """Counts image references by how their file was found.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.

    Returns:
        Counts, the largest first.
    """
    return dict(
        store.rows(
            """SELECT found_by, count(*) FROM sample_image JOIN sample USING (sample_no)
               WHERE dataset_no = $no GROUP BY 1 ORDER BY 2 DESC""",
            {"no": dataset_no},
        )
    )


def rejected(store: Store, dataset_no: int, limit: int = 200) -> pl.DataFrame:
    """Reads the rows that were not imported.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        limit: At most so many.

    Returns:
        row_index, outcome and detail, in the order of the file.
    """
    return store.frame(
        """SELECT row_index, outcome, detail FROM import_outcome
           WHERE dataset_no = $no ORDER BY row_index LIMIT $limit""",
        {"no": dataset_no, "limit": limit},
    )


def newest_evidence(store: Store) -> int:
    """The last run before the newest annotations of any dataset; 0 when they came before every run."""
    return int(store.one("SELECT coalesce(max(evidence_run), 0) FROM dataset"))


def mark_new_evidence(cursor: Cursor, dataset_no: int) -> None:
    """Makes every score that uses evidence stale: the next run computes it again.

    Args:
        cursor: The transaction that stores the annotations.
        dataset_no: The dataset.
    """
    cursor.execute(
        "UPDATE dataset SET evidence_run = (SELECT coalesce(max(run_no), 0) FROM run) WHERE dataset_no = $no",
        {"no": dataset_no},
    )


def created(store: Store) -> pl.DataFrame:
    """name, state, rows_seen and created_at of every dataset, the newest first."""
    return store.frame("SELECT name, state, rows_seen, created_at FROM dataset ORDER BY dataset_no DESC")


def rejected_counts(store: Store) -> pl.DataFrame:
    """dataset_no and how many of its rows were not imported; datasets without such rows are left out."""
    return store.frame("SELECT dataset_no, count(*) AS rejected FROM import_outcome GROUP BY 1")


def rejected_by_outcome(store: Store) -> pl.DataFrame:
    """dataset, outcome and rows of what was not imported."""
    return store.frame(
        """SELECT d.name AS dataset, outcome, count(*) AS rows FROM import_outcome JOIN dataset d USING (dataset_no)
           GROUP BY 1, 2 ORDER BY 1, 2"""
    )


def rejected_rows(store: Store) -> pl.DataFrame:
    """dataset, row and outcome of every row that was not imported."""
    return store.frame(
        """SELECT d.name AS dataset, row_index AS row, outcome FROM import_outcome JOIN dataset d USING (dataset_no)
           ORDER BY dataset_no, row_index"""
    )


def reopen(cursor: Cursor, dataset_no: int, file_hash: str) -> None:
    """Makes a dataset whose file has grown at its end go on where its import stopped.

    Args:
        cursor: A transaction.
        dataset_no: The dataset.
        file_hash: Of the file as it is now.
    """
    cursor.execute(
        "UPDATE dataset SET file_hash = $hash, state = 'importing' WHERE dataset_no = $no",
        {"hash": file_hash, "no": dataset_no},
    )


def with_annotations(store: Store) -> list[str]:
    """The names of the datasets that annotations are attached to, in the order of their numbers."""
    sql = "SELECT name FROM dataset WHERE dataset_no IN (SELECT dataset_no FROM annotation) ORDER BY dataset_no"
    return [str(row[0]) for row in store.rows(sql)]
