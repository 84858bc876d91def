"""What people did with datasets after their import: a log that only grows."""

from __future__ import annotations

import polars as pl

from storage.store import Cursor, Store

RENAME = "rename"
"""The act whose detail is the new name of the dataset."""


def add(cursor: Cursor, who: str, dataset: str, act: str, detail: str) -> None:
    """Notes an act in the transaction that does it.

    Args:
        cursor: That transaction.
        who: The person.
        dataset: The dataset's name when it was done.
        act: A word for what was done, such as 'rename'.
        detail: What was done, in one sentence.
    """
    cursor.execute(
        """INSERT INTO dataset_event
           SELECT coalesce(max(event_no), 0) + 1, now()::TIMESTAMP, $who, $dataset, $act, $detail FROM dataset_event""",
        {"who": who, "dataset": dataset, "act": act, "detail": detail},
    )


def newest(store: Store, limit: int) -> pl.DataFrame:
    """Reads the newest acts.

    Args:
        store: The workspace's store.
        limit: At most so many.

    Returns:
        made_at, who, dataset, act and detail, the newest first.
    """
    return store.frame(
        "SELECT made_at, who, dataset, act, detail FROM dataset_event ORDER BY event_no DESC LIMIT $limit",
        {"limit": limit},
    )


def renamings(store: Store) -> dict[str, str]:
    """The name that came after each earlier name of a dataset; where one was given up twice, the newest."""
    sql = "SELECT dataset, detail FROM dataset_event WHERE act = $act ORDER BY event_no"
    return dict(store.rows(sql, {"act": RENAME}))
