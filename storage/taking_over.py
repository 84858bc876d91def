"""Samples of another workspace, read there whole and stored here under numbers of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from storage import flags
from storage.rows import StoredRow
from storage.store import Cursor, Store, append_frame, first

RUN = 1
"""Run under which values of another workspace are stored: older than all that is computed here later."""


def read(
    store: Store, sample_nos: Sequence[int], features: Mapping[str, str], stages: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Reads samples with all that belongs to them.

    Args:
        store: The other workspace's store.
        sample_nos: The samples.
        features: "sample", "turn" or "image" by feature: what the vectors and values of each are about.
        stages: Columns that look at a whole workspace; what they say of these samples is left out.

    Returns:
        A frame for each table; score, embedding and feature_value have the newest values only.
    """
    requested = {"requested": pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})}

    def read_of(sql: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        return store.frame(sql, params, requested)

    frames = {
        table: read_of(f"SELECT * FROM {table} SEMI JOIN requested USING (sample_no)")
        for table in ("sample", "turn", "sample_image", "vote")
    }
    frames["flag"] = read_of(
        "SELECT * FROM current_flag SEMI JOIN requested USING (sample_no) WHERE NOT list_contains($stages, metric)",
        {"stages": list(stages)},
    )
    frames["image"] = read_of(
        """SELECT * FROM image WHERE image_no IN (
               SELECT image_no FROM sample_image SEMI JOIN requested USING (sample_no))"""
    )
    owned = """WITH owned AS (
            SELECT 'sample' AS subject, sample_no AS subject_no FROM requested
            UNION ALL SELECT 'turn', turn_no FROM turn SEMI JOIN requested USING (sample_no)
            UNION SELECT 'image', image_no FROM sample_image SEMI JOIN requested USING (sample_no)
            WHERE image_no IS NOT NULL)"""
    frames["score"] = read_of(
        f"""{owned} SELECT s.* FROM current_score s SEMI JOIN owned USING (subject, subject_no)
            WHERE NOT list_contains($stages, metric)""",
        {"stages": list(stages)},
    )
    subject_of = pl.DataFrame(
        {"feature": list(features), "subject": list(features.values())},
        schema={"feature": pl.String, "subject": pl.String},
    )
    for table in ("embedding", "feature_value"):
        frames[table] = store.frame(
            f"""{owned} SELECT t.*, subject FROM {table} t JOIN subject_of USING (feature)
                SEMI JOIN owned USING (subject, subject_no)
                QUALIFY run_no = max(run_no) OVER (PARTITION BY feature, version, subject_no)""",
            tables={**requested, "subject_of": subject_of},
        )
    return frames


def write(
    cursor: Cursor, dataset: StoredRow, frames: Mapping[str, pl.DataFrame], annotations: Mapping[str, pl.DataFrame]
) -> int:
    """Stores a dataset of another workspace with some of its samples.

    Args:
        cursor: A transaction.
        dataset: Its row of the table `dataset`, under a name that is free here.
        frames: As `read` returns them; samples have the keys that they get here, images lie where they can be read.
        annotations: Rows of `annotation`, `vocabulary` and `dataset_tag` of the dataset, as they were there.

    Returns:
        The dataset's number here.
    """
    number = int(
        first(
            cursor,
            """SELECT greatest(coalesce((SELECT max(dataset_no) FROM dataset), 0),
                               coalesce((SELECT max(dataset_no) FROM removal), 0)) + 1""",
        )
    )
    rows = frames["sample"].height
    append_frame(
        cursor, "dataset", pl.DataFrame([dataset | {"dataset_no": number, "rows_seen": rows, "evidence_run": 0}])
    )
    present = dict(cursor.execute("SELECT content_hash, image_no FROM image").fetchall())
    images = frames["image"]
    new_images = images.filter(~pl.col("content_hash").is_in(list(present)))
    maps = {
        "sample": _numbers(cursor, "sample", frames["sample"].sort("row_index")["sample_no"]),
        "turn": _numbers(cursor, "turn", frames["turn"].sort("sample_no", "turn_index")["turn_no"]),
        "image": _numbers(cursor, "image", new_images["image_no"]),
    }
    shared = images.filter(pl.col("content_hash").is_in(list(present)))
    all_images = maps["image"] | {
        old: present[content] for old, content in shared.select("image_no", "content_hash").iter_rows()
    }
    append_frame(cursor, "image", _renumbered(new_images, "image_no", maps["image"]))
    in_dataset = pl.lit(number, pl.Int32).alias("dataset_no")
    append_frame(cursor, "sample", _renumbered(frames["sample"], "sample_no", maps["sample"]).with_columns(in_dataset))
    turns = _renumbered(frames["turn"], "sample_no", maps["sample"])
    append_frame(cursor, "turn", _renumbered(turns, "turn_no", maps["turn"]))
    links = _renumbered(frames["sample_image"], "sample_no", maps["sample"])
    append_frame(cursor, "sample_image", _renumbered(links, "image_no", all_images))
    votes = _renumbered(frames["vote"], "sample_no", maps["sample"])
    append_frame(cursor, "vote", _renumbered(votes, "subject_no", maps["turn"]).with_columns(run_no=_run()))
    by_subject = {"sample": maps["sample"], "turn": maps["turn"], "image": maps["image"]}
    for table in ("score", "embedding", "feature_value"):
        for subject, numbers in by_subject.items():
            values = frames[table].filter((pl.col("subject") == subject) & pl.col("subject_no").is_in(list(numbers)))
            values = values if table == "score" else values.drop("subject")
            append_frame(cursor, table, _renumbered(values, "subject_no", numbers).with_columns(run_no=_run()))
    raised = _renumbered(frames["flag"], "sample_no", maps["sample"])
    run = pl.when(pl.col("metric") == "lint").then(0).otherwise(RUN).cast(pl.Int32)
    for subject, numbers in {**by_subject, "image": all_images}.items():
        of_subject = _renumbered(raised.filter(pl.col("subject") == subject), "subject_no", numbers)
        flags.append(cursor, of_subject.with_columns(run_no=run))
    for name in ("annotation", "vocabulary", "dataset_tag"):
        rows_beside = annotations[name].with_columns(in_dataset)
        if name == "annotation":
            rows_beside = _renumbered(
                rows_beside.filter(pl.col("image_no").is_in(list(all_images))), "image_no", all_images
            )
        append_frame(cursor, name, rows_beside)
    return number


def _run() -> pl.Expr:
    return pl.lit(RUN, pl.Int32)


def _numbers(cursor: Cursor, name: str, numbers: pl.Series) -> dict[int, int]:
    """Numbers here by those there, the next free ones in the same order."""
    start = int(first(cursor, f"SELECT coalesce(max({name}_no), -1) + 1 FROM {name}"))
    return {number: start + offset for offset, number in enumerate(numbers.to_list())}


def _renumbered(frame: pl.DataFrame, column: str, numbers: Mapping[int, int]) -> pl.DataFrame:
    return frame.with_columns(
        pl.col(column).replace_strict(list(numbers), list(numbers.values()), default=None, return_dtype=pl.Int32)
    )


def of_dataset(store: Store, table: str, dataset_no: int) -> pl.DataFrame:
    """Reads what belongs to a dataset beside its samples.

    Args:
        store: The other workspace's store.
        table: "annotation", "vocabulary" or "dataset_tag".
        dataset_no: The dataset's number there.

    Returns:
        The rows.
    """
    return store.frame(f"SELECT * FROM {table} WHERE dataset_no = $no", {"no": dataset_no})
