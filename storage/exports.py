"""Exports that were approved, with the recipe and the manifest of each."""

from __future__ import annotations

import polars as pl

from storage.store import Store


def add(store: Store, who: str, path: str, recipe: str, manifest: str) -> None:
    """Records an approved export.

    Args:
        store: The workspace's store.
        who: The person who approved it.
        path: The export's folder.
        recipe: As JSON.
        manifest: As JSON.
    """
    with store.transaction() as cursor:
        cursor.execute(
            """INSERT INTO export SELECT coalesce(max(export_no), 0) + 1, now()::TIMESTAMP, $who, $path, $recipe,
                                         $manifest FROM export""",
            {"who": who, "path": path, "recipe": recipe, "manifest": manifest},
        )


def newest(store: Store, limit: int) -> pl.DataFrame:
    """Reads the newest exports.

    Args:
        store: The workspace's store.
        limit: At most so many.

    Returns:
        export_no, made_at, who, path and samples (their number), the newest first.
    """
    return store.frame(
        """SELECT export_no, made_at, who, path, CAST(json_extract(manifest, '$.samples') AS BIGINT) AS samples
           FROM export ORDER BY export_no DESC LIMIT $limit""",
        {"limit": limit},
    )


def listing(store: Store) -> pl.DataFrame:
    """The newest first: export_no, made_at, who, path, recipe, manifest."""
    return store.frame("SELECT * FROM export ORDER BY export_no DESC")
