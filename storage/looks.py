"""What is needed to look at some samples side by side, in a few queries for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from storage.store import Store


@dataclass(frozen=True)
class SampleRows:
    """Rows of the requested samples: themselves with their dataset, their turns, their images, what annotators said."""

    samples: pl.DataFrame
    turns: pl.DataFrame
    images: pl.DataFrame
    annotations: pl.DataFrame


def parts(store: Store, sample_nos: Sequence[int]) -> SampleRows:
    """Reads everything of some samples but scores, flags and votes.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        One frame each of samples, turns, images and annotations.
    """

    def read(sql: str) -> pl.DataFrame:
        return store.frame(sql, tables={"requested": _numbers(sample_nos)})

    return SampleRows(
        samples=read(
            """SELECT sample.*, d.name AS dataset, d.format FROM sample
               SEMI JOIN requested USING (sample_no) JOIN dataset d USING (dataset_no)"""
        ),
        turns=read("SELECT * FROM turn SEMI JOIN requested USING (sample_no) ORDER BY sample_no, turn_index"),
        images=read(
            """SELECT sample_no, position, image_no, ref, found_by, s.outcome, width, height, orientation, path
               FROM sample_image s SEMI JOIN requested USING (sample_no)
               LEFT JOIN image USING (image_no) ORDER BY sample_no, position"""
        ),
        annotations=read(
            """SELECT image_no, source, objects, captions, boxes FROM annotation WHERE image_no IN
                   (SELECT image_no FROM sample_image SEMI JOIN requested USING (sample_no))"""
        ),
    )


def spread(store: Store, dataset_no: int, count: int) -> list[int]:
    """Picks samples that show pictures, evenly over a dataset.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        count: About how many.

    Returns:
        Their numbers.
    """
    with_picture = "dataset_no = $no AND sample_no IN (SELECT sample_no FROM sample_image WHERE image_no IS NOT NULL)"
    sql = f"""SELECT sample_no FROM (SELECT sample_no, row_number() OVER (ORDER BY sample_no) - 1 AS position,
                                            count(*) OVER () AS size FROM sample WHERE {with_picture})
              WHERE position % greatest(1, size // $count) = 0 ORDER BY 1 LIMIT $count"""
    return [row[0] for row in store.rows(sql, {"no": dataset_no, "count": count})]


def data(store: Store, feature: str, sample_nos: Sequence[int]) -> dict[int, str]:
    """Reads the newest value of a feature, in whatever version.

    Args:
        store: The workspace's store.
        feature: A feature of samples that is stored as JSON.
        sample_nos: The samples.

    Returns:
        JSON by sample_no; samples without a value are left out.
    """
    members = store.frame(
        """SELECT subject_no, arg_max(value, run_no) AS value FROM feature_value
           WHERE feature = $feature AND subject_no IN (SELECT sample_no FROM requested) GROUP BY 1""",
        {"feature": feature},
        {"requested": _numbers(sample_nos)},
    )
    return dict(members.iter_rows())


def duplicates(store: Store) -> pl.DataFrame:
    """group_no, sample_no, keep and relation of the newest grouping."""
    return store.frame(
        """SELECT group_no, sample_no, keep, relation FROM duplicate_group
           WHERE run_no = (SELECT max(run_no) FROM duplicate_group) ORDER BY group_no, sample_no"""
    )


def overlap(store: Store) -> pl.DataFrame:
    """dataset, other and samples: how many samples of a dataset have a duplicate in the other one (or in itself)."""
    return store.frame(
        """WITH member AS (
               SELECT group_no, d.name AS dataset FROM duplicate_group JOIN sample USING (sample_no)
               JOIN dataset d USING (dataset_no) WHERE run_no = (SELECT max(run_no) FROM duplicate_group)),
           part AS (SELECT group_no, dataset AS other, count(*) AS n FROM member GROUP BY ALL)
           SELECT dataset, other, count(*) AS samples FROM member JOIN part USING (group_no)
           WHERE dataset <> other OR n > 1 GROUP BY ALL ORDER BY ALL"""
    )


def lengths(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Measures the responses of some samples.

    Args:
        store: The workspace's store.
        sample_nos: The samples.

    Returns:
        sample_no and characters, those of all its responses together.
    """
    return store.frame(
        """SELECT sample_no, sum(length(response)) AS characters FROM turn
           SEMI JOIN requested USING (sample_no) GROUP BY 1""",
        tables={"requested": _numbers(sample_nos)},
    )


def _numbers(sample_nos: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32})
