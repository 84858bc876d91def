"""Runs: passes of background scoring, and the shards that they brought in."""

from __future__ import annotations

import duckdb
import polars as pl

from storage import flags, scores
from storage.store import Store, append_frame, first

RENUMBERED = "samples renumbered during run"
"""The setting that holds the newest run whose results may name samples by earlier numbers."""

OTHER_TABLES = {
    "groups": "duplicate_group",
    "votes": "vote",
    "vectors": "embedding",
    "data": "feature_value",
    "points": "projection",
}
"""Tables of a shard that are stored as they are, column by column."""


def create(store: Store, total: int) -> int:
    """Adds a run in state 'running'.

    Args:
        store: The workspace's store.
        total: How many values are to be computed.

    Returns:
        The run's number.
    """
    with store.transaction() as cursor:
        number = int(first(cursor, "SELECT coalesce(max(run_no), 0) + 1 FROM run"))
        cursor.execute(
            "INSERT INTO run VALUES ($no, 'running', now()::TIMESTAMP, NULL, $planned, 0, 0, '')",
            {"no": number, "planned": total},
        )
    return number


def finish(store: Store, run_no: int, state: str, detail: str, unavailable: dict[str, str]) -> None:
    """Closes a run with what came of it, counted from what is stored.

    Args:
        store: The workspace's store.
        run_no: The run.
        state: "done", "stopped" or "failed".
        detail: Why it failed or stopped; else empty.
        unavailable: Why columns could not run, by name.
    """
    with store.transaction() as cursor:
        cursor.execute(
            """UPDATE run SET state = $state, ended_at = now()::TIMESTAMP, detail = $detail,
                   done = (SELECT count(*) FROM score WHERE run_no = $no),
                   failed = (SELECT count(*) FROM score WHERE run_no = $no AND error IS NOT NULL)
               WHERE run_no = $no""",
            {"state": state, "detail": detail, "no": run_no},
        )
        for metric, reason in unavailable.items():
            cursor.execute("INSERT INTO unavailable VALUES ($no, $m, $r)", {"no": run_no, "m": metric, "r": reason})


def listing(store: Store, limit: int = 50) -> pl.DataFrame:
    """Reads the newest runs.

    Args:
        store: The workspace's store.
        limit: At most so many.

    Returns:
        Rows of the table `run`, the newest first.
    """
    return store.frame("SELECT * FROM run ORDER BY run_no DESC LIMIT $limit", {"limit": limit})


def unfinished(store: Store) -> list[int]:
    """Runs whose owner died before it could close them."""
    return [int(row[0]) for row in store.rows("SELECT run_no FROM run WHERE state IN ('running', 'paused')")]


def unavailable(store: Store) -> dict[str, str]:
    """Metrics that the newest run that tried could not load, with the reason."""
    rows = store.rows("SELECT metric, reason FROM unavailable WHERE run_no = (SELECT max(run_no) FROM run)")
    return dict(rows)


def ingest(store: Store, shard: str, run_no: int, tables: dict[str, pl.DataFrame]) -> bool:
    """Stores a shard's tables and its name in one transaction.

    Args:
        store: The workspace's store.
        shard: The shard's name, with that of its run.
        run_no: The run.
        tables: Frames by the names of `scoring.shard`.

    Returns:
        False when the shard was stored before, or samples have other numbers since its run began; nothing of it is
        stored then.
    """
    with store.transaction("scores") as cursor:
        if first(cursor, "SELECT 1 FROM ingested WHERE shard = $shard", {"shard": shard}):
            return False
        renumbered = first(
            cursor, "SELECT arg_max(value, change_no)::INTEGER FROM setting WHERE key = $key", {"key": RENUMBERED}
        )
        is_current = run_no > (renumbered or 0)
        if is_current:
            _append(cursor, tables)
        cursor.execute("INSERT INTO ingested VALUES ($s, $r, now()::TIMESTAMP)", {"s": shard, "r": run_no})
    return is_current


def _append(cursor: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    if "scores" in tables:
        scores.append(cursor, tables["scores"])
    if "flags" in tables:
        of_image = pl.col("subject") == "image"
        flags.append(cursor, tables["flags"].filter(~of_image))
        flags.append_for_images(cursor, tables["flags"].filter(of_image))
    for name, table in OTHER_TABLES.items():
        if name in tables:
            append_frame(cursor, table, tables[name])
