"""Scores: one value of one metric for one subject, appended by runs; and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import polars as pl

from storage.store import Store, append_frame

COLUMNS = ("subject", "subject_no", "metric", "version", "value", "label", "error", "run_no")

_SCORED = """
    SELECT subject_no FROM score
    WHERE subject = $subject AND metric = $metric AND version = $version
      AND NOT ($retry AND error IS NOT NULL)"""

_FRESH_TURN = f"""
    SELECT t.sample_no FROM ({_SCORED.replace("subject_no", "subject_no, run_no", 1)}) s
    JOIN turn t ON t.turn_no = s.subject_no
    JOIN sample USING (sample_no) JOIN dataset USING (dataset_no)
    WHERE NOT $evidence OR s.run_no > evidence_run"""

_FRESH_SAMPLE = f"""
    SELECT s.subject_no FROM ({_SCORED.replace("subject_no", "subject_no, run_no", 1)}) s
    JOIN sample ON sample_no = s.subject_no JOIN dataset USING (dataset_no)
    WHERE NOT $evidence OR s.run_no > evidence_run"""

_SHOWN = "NOT (subject = 'image' AND subject_no IN (SELECT image_no FROM unused_image))"
"""True for scores of what there is; a picture that no sample shows any more keeps its scores."""

_MISSING = {
    "image": f"""SELECT image_no FROM image ANTI JOIN unused_image USING (image_no)
                 WHERE outcome = 'ok' AND image_no NOT IN ({_SCORED}) ORDER BY 1""",
    "sample": f"SELECT sample_no FROM sample WHERE sample_no NOT IN ({_FRESH_SAMPLE}) ORDER BY 1",
    "turn": f"SELECT DISTINCT sample_no FROM turn WHERE sample_no NOT IN ({_FRESH_TURN}) ORDER BY 1",
}


def append(cursor: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """Adds scores.

    Args:
        cursor: The transaction that they belong to.
        rows: The columns of COLUMNS.
    """
    append_frame(cursor, "score", rows.select(list(COLUMNS)))


def missing(
    store: Store,
    subject: str,
    metric: str,
    version: str,
    *,
    evidence: bool = False,
    retry_failed: bool = False,
) -> np.ndarray:
    """Finds what has no score yet.

    Args:
        store: The workspace's store.
        subject: What the column is about.
        metric: The column's name.
        version: Its version.
        evidence: Whether scores older than the dataset's newest annotations count as missing.
        retry_failed: Whether items that failed count as missing.

    Returns:
        Numbers of images for image metrics, of samples for turn and sample metrics.
    """
    params = {"subject": subject, "metric": metric, "version": version, "retry": retry_failed}
    if subject != "image":
        params["evidence"] = evidence
    return store.frame(_MISSING[subject], params).to_series().to_numpy()


def counts(store: Store) -> pl.DataFrame:
    """Per metric and version, over all rows: rows, applicable (with a value or a label), failed, and the oldest run.

    A subject that was scored twice counts twice here; see `counts_of_newest`.
    """
    return store.frame(
        f"""SELECT metric, version, count(*) AS rows,
                  count(*) FILTER (value IS NOT NULL OR label IS NOT NULL) AS applicable,
                  count(*) FILTER (error IS NOT NULL) AS failed, min(run_no) AS oldest
           FROM score WHERE {_SHOWN} GROUP BY ALL"""
    )


def counts_of_newest(store: Store, metric: str, version: str, *, evidence: bool) -> dict[str, int]:
    """Counts the scores of one metric, each subject once.

    Args:
        store: The workspace's store.
        metric: The metric.
        version: Its version.
        evidence: Whether scores older than the newest annotations are left out.

    Returns:
        rows, applicable (those with a value or label) and failed.
    """
    sql = f"""WITH newest AS (
                  SELECT * FROM score WHERE metric = $metric AND version = $version AND {_SHOWN}
                  QUALIFY run_no = max(run_no) OVER (PARTITION BY subject, subject_no))
              SELECT count(*) AS rows, count(*) FILTER (value IS NOT NULL OR label IS NOT NULL) AS applicable,
                     count(*) FILTER (error IS NOT NULL) AS failed
              FROM newest {_OWNER if evidence else ""}"""
    return store.frame(sql, {"metric": metric, "version": version}).to_dicts()[0]


_OWNER = """
    LEFT JOIN turn ON subject = 'turn' AND turn_no = subject_no
    JOIN sample ON sample.sample_no = CASE subject WHEN 'turn' THEN turn.sample_no ELSE subject_no END
    JOIN dataset USING (dataset_no) WHERE run_no > evidence_run"""


def versions(store: Store, metric: str) -> pl.DataFrame:
    """Lists every version of a metric that was computed.

    Args:
        store: The workspace's store.
        metric: The metric.

    Returns:
        version, values (their number), mean and run_no, the newest first.
    """
    return store.frame(
        """SELECT version, count(value) AS values, avg(value) AS mean, max(run_no) AS run_no
           FROM score WHERE metric = $metric AND error IS NULL GROUP BY version ORDER BY run_no DESC""",
        {"metric": metric},
    )


def rates(store: Store) -> pl.DataFrame:
    """Per metric and version: values per second of the newest run that ended with some of it."""
    return store.frame(
        """SELECT metric, version, arg_max(rows / seconds, run_no) AS rate FROM (
               SELECT metric, version, run_no, count(*) AS rows FROM score GROUP BY ALL) JOIN (
               SELECT run_no, greatest(epoch(ended_at - started_at), 0.001) AS seconds FROM run
               WHERE ended_at IS NOT NULL) USING (run_no)
           GROUP BY metric, version"""
    )


NO_SCORES = pl.DataFrame(schema={"sample_no": pl.Int32, "part": pl.Int32, "value": pl.Float64, "label": pl.String})
"""What `of_metric` reads of a metric without scores."""


def stored(store: Store) -> frozenset[tuple[str, str]]:
    """The metrics that have scores, each with a version that has them."""
    return frozenset(store.rows("SELECT DISTINCT metric, version FROM score"))


def of_metric(store: Store, metric: str, version: str, subject: str) -> pl.DataFrame:
    """Reads the scores of one metric.

    Args:
        store: The workspace's store.
        metric: The metric.
        version: Its version.
        subject: What it is about.

    Returns:
        sample_no, part (turn index or image position), value and label: one row per turn or image of a sample.
    """
    joins = {
        "sample": "SELECT subject_no AS sample_no, 0 AS part, value, label FROM s",
        "turn": "SELECT sample_no, turn_index AS part, value, label FROM s JOIN turn ON turn_no = subject_no",
        "image": "SELECT sample_no, position AS part, value, label FROM s JOIN sample_image ON image_no = subject_no",
    }
    params = {"metric": metric, "version": version}
    doubled = store.one(
        "SELECT count(*) > count(DISTINCT subject_no) FROM score WHERE metric = $metric AND version = $version", params
    )
    newest = "QUALIFY run_no = max(run_no) OVER (PARTITION BY subject_no)" if doubled else ""
    return store.frame(
        f"""WITH s AS (SELECT subject_no, value, label, error FROM score
                       WHERE metric = $metric AND version = $version {newest})
            {joins[subject]} WHERE error IS NULL""",
        params,
    )


def of_samples(store: Store, sample_nos: Sequence[int]) -> pl.DataFrame:
    """Reads the current scores of some samples, their turns and their images.

    Args:
        store: The workspace's store.
        sample_nos: The samples, not none.

    Returns:
        sample_no, turn_index, metric, version, subject, subject_no, value, label and error, by sample, metric and turn;
        those of an image once for each of the samples that show it.
    """
    requested = ", ".join(str(number) for number in sample_nos)
    owners = store.frame(
        f"""SELECT 'sample' AS subject, sample_no AS subject_no, sample_no, NULL::INTEGER AS turn_index FROM sample
            WHERE sample_no IN ({requested})
            UNION ALL SELECT 'turn', turn_no, sample_no, turn_index FROM turn WHERE sample_no IN ({requested})
            UNION ALL SELECT DISTINCT 'image', image_no, sample_no, NULL FROM sample_image
            WHERE image_no IS NOT NULL AND sample_no IN ({requested})"""
    )
    parts = [  # numbers as they are: so the blocks of the table without them are never read
        f"SELECT * FROM score WHERE subject = '{subject}' AND subject_no IN ({', '.join(map(str, numbers))})"
        for subject, numbers in owners.group_by("subject").agg(pl.col("subject_no").unique()).iter_rows()
    ]
    if not parts:
        parts = ["SELECT * FROM score WHERE false"]
    rows = store.frame(
        f"""SELECT metric, version, subject, subject_no, value, label, error FROM ({" UNION ALL ".join(parts)})
            QUALIFY run_no = max(run_no) OVER (PARTITION BY subject, subject_no, metric, version)"""
    )
    owned = owners.join(rows, on=["subject", "subject_no"])
    return owned.sort("sample_no", "metric", "turn_index", nulls_last=True)


def flat(store: Store, metric: str | None = None) -> pl.DataFrame:
    """Reads every current value with the dataset and row it belongs to, as the command line prints it.

    Args:
        store: The workspace's store.
        metric: The only metric; None for all.

    Returns:
        One row per value, in row order.
    """
    return store.frame(
        """WITH mine AS (
               SELECT 'sample' AS subject, sample_no AS subject_no, sample_no, NULL::INTEGER AS turn FROM sample
               UNION ALL SELECT 'turn', turn_no, sample_no, turn_index FROM turn
               UNION ALL SELECT DISTINCT 'image', image_no, sample_no, NULL FROM sample_image
               WHERE image_no IS NOT NULL)
           SELECT name AS dataset, row_index AS row, source_id, c.subject, turn, metric, version, value, label, error
           FROM current_score c JOIN mine USING (subject, subject_no)
           JOIN sample USING (sample_no) JOIN dataset USING (dataset_no)
           WHERE $metric IS NULL OR metric = $metric
           ORDER BY dataset_no, row, metric, turn""",
        {"metric": metric},
    )


def turn_numbers(store: Store) -> pl.DataFrame:
    """sample_no, part (the turn's index in its sample) and turn_no of every turn."""
    return store.frame("SELECT sample_no, turn_index AS part, turn_no FROM turn")
