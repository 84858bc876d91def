"""What people say of datasets, and what their rows look like."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from storage.store import Store

LOOKED_AT = 400
"""First rows of a dataset that its shape is read from."""


def standing(store: Store) -> pl.DataFrame:
    """dataset, tag, value and who of the newest row of each tag; empty ones left out."""
    return store.frame(
        """SELECT d.name AS dataset, tag, value, who FROM dataset_tag JOIN dataset d USING (dataset_no)
           QUALIFY row_number() OVER (PARTITION BY dataset_no, tag ORDER BY change_no DESC) = 1
           ORDER BY dataset_no, tag"""
    ).filter(pl.col("value") != "")


def write(store: Store, dataset_no: int, values: Mapping[str, str], who: str) -> None:
    """Adds what a person says; earlier values stay in the log.

    Args:
        store: The workspace's store.
        dataset_no: The dataset.
        values: By tag; an empty value takes the tag away.
        who: The person.
    """
    with store.transaction("tags") as cursor:
        for tag, value in values.items():
            cursor.execute(
                """INSERT INTO dataset_tag SELECT $no, $tag, $value, $who, now()::TIMESTAMP,
                       coalesce(max(change_no), 0) + 1 FROM dataset_tag""",
                {"no": dataset_no, "tag": tag, "value": value, "who": who},
            )


def turns(store: Store) -> pl.DataFrame:
    """dataset, samples, several (those with more than one turn) and turns, of each dataset."""
    return store.frame(
        """SELECT d.name AS dataset, count(*) AS samples, count(*) FILTER (n > 1) AS several,
                  coalesce(sum(n), 0)::BIGINT AS turns
           FROM sample s JOIN dataset d USING (dataset_no)
           LEFT JOIN (SELECT sample_no, count(*) AS n FROM turn GROUP BY 1) t USING (sample_no)
           GROUP BY ALL ORDER BY 1"""
    )


def shapes(store: Store) -> pl.DataFrame:
    """Of each dataset's first rows the shares with several images, a video, marked regions, and made by each mode.

    Columns: dataset, images, video, regions, adapted, instructed (0 to 1), and folders, the image folders there are.
    """
    return store.frame(
        """WITH looked AS (SELECT sample_no, dataset_no, raw FROM sample WHERE row_index < $rows),
           pictures AS (
               SELECT sample_no, count(*) AS n, list(CASE WHEN contains(ref, '/') THEN split_part(ref, '/', 1) END)
                   AS folders
               FROM sample_image SEMI JOIN looked USING (sample_no) GROUP BY 1),
           texts AS (
               SELECT sample_no, bool_or(regexp_matches(instruction || response, $region)) AS regions
               FROM turn SEMI JOIN looked USING (sample_no) GROUP BY 1)
           SELECT d.name AS dataset, avg((coalesce(n, 0) > 1)::INT) AS images,
                  avg(regexp_matches(raw, $video)::INT) AS video, avg(coalesce(regions, false)::INT) AS regions,
                  avg(regexp_matches(raw, $adapted)::INT) AS adapted,
                  avg(regexp_matches(raw, $instructed)::INT) AS instructed,
                  len(list_distinct(flatten(list(folders)))) AS folders
           FROM looked JOIN dataset d USING (dataset_no)
           LEFT JOIN pictures USING (sample_no) LEFT JOIN texts USING (sample_no) GROUP BY ALL ORDER BY 1""",
        {
            "rows": LOOKED_AT,
            "region": r"<box>|<region|<ref>|\[\s*[01]?\.\d+\s*,\s*[01]?\.\d+\s*,",
            "video": r'"videos?"\s*:',
            "adapted": r'"winnow"\s*:\s*\{[^}]*"mode"\s*:\s*"adapt',
            "instructed": r'"winnow"\s*:\s*\{[^}]*"mode"\s*:\s*"instruct',
        },
    )
