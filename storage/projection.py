"""Maps: where a stage put each sample on the plane, and in which cluster."""

from __future__ import annotations

import polars as pl

from storage.store import Store, append_frame

COLUMNS = ("stage", "version", "sample_no", "x", "y", "cluster", "run_no")


def newest(store: Store, stage: str, version: str) -> pl.DataFrame:
    """Reads the newest layout of a stage; layouts never mix.

    Args:
        store: The workspace's store.
        stage: The stage that draws the map.
        version: Its version.

    Returns:
        sample_no, x, y, cluster (-1: in none) and run_no, by sample_no.
    """
    return store.frame(
        """SELECT sample_no, x, y, cluster, run_no FROM projection WHERE stage = $stage AND version = $version
           QUALIFY run_no = max(run_no) OVER () ORDER BY sample_no""",
        {"stage": stage, "version": version},
    )


def names(store: Store, stage: str, version: str, run_no: int) -> dict[int, str]:
    """Reads the names of the clusters of one run's layout.

    Args:
        store: The workspace's store.
        stage: The stage that draws the map.
        version: Its version.
        run_no: The run.

    Returns:
        Names by number of the cluster.
    """
    rows = store.rows(
        """SELECT value::INTEGER, any_value(label) FROM score
           WHERE metric = $stage AND version = $version AND run_no = $run AND value >= 0 AND label IS NOT NULL
           GROUP BY 1 ORDER BY 1""",
        {"stage": stage, "version": version, "run": run_no},
    )
    return dict(rows)


def last_seen(store: Store, stage: str, version: str) -> int:
    """Finds the newest sample that a stage has looked at, on the map or not.

    Args:
        store: The workspace's store.
        stage: The stage that draws the map.
        version: Its version.

    Returns:
        The highest sample number; -1 for none.
    """
    sql = "SELECT max(subject_no) FROM score WHERE metric = $stage AND version = $version"
    run_no = store.one(sql, {"stage": stage, "version": version})
    return -1 if run_no is None else int(run_no)


def append(store: Store, rows: pl.DataFrame) -> None:
    """Adds points.

    Args:
        store: The workspace's store.
        rows: The columns of COLUMNS.
    """
    with store.transaction("scores") as cursor:
        append_frame(cursor, "projection", rows.select(COLUMNS))
