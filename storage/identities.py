"""What samples say and show, whatever their keys in this workspace are: which copies there are, and who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from storage.store import Cursor, Store

PORTABLE = """SELECT sample_no, key,
                     identity || '#' || row_number() OVER (PARTITION BY identity ORDER BY sample_no) - 1 AS portable
              FROM sample WHERE identity IS NOT NULL"""
"""Own and portable key of every sample whose identity is noted."""


def copies(store: Store, identities: Sequence[str]) -> dict[str, int]:
    """Finds the copies that the next samples of some identities are.

    Args:
        store: The workspace's store.
        identities: What the samples say and show.

    Returns:
        The next free copy by identity; those that no sample's key has are left out. A sample that came to show
        something else keeps its key.
    """
    requested = pl.DataFrame({"identity": identities}, schema={"identity": pl.String})
    rows = store.frame(
        """SELECT identity, max(copy) + 1 AS next FROM (
               SELECT left(key, 32) AS identity, copy FROM sample WHERE key = left(key, 32) || '#' || copy)
           SEMI JOIN requested USING (identity) GROUP BY 1""",
        tables={"requested": requested},
    )
    return dict(rows.iter_rows())


def present(store: Store, keys: Sequence[str]) -> set[str]:
    """Finds which keys samples have.

    Args:
        store: The workspace's store.
        keys: Sample keys.

    Returns:
        Those that a sample has.
    """
    requested = pl.DataFrame({"key": keys}, schema={"key": pl.String})
    rows = store.frame("SELECT key FROM requested SEMI JOIN sample USING (key)", tables={"requested": requested})
    return set(rows["key"])


def unidentified(store: Store) -> list[int]:
    """Numbers of the samples, of earlier versions, of which nobody noted what they say and show."""
    return [number for (number,) in store.rows("SELECT sample_no FROM sample WHERE identity IS NULL ORDER BY 1")]


def set_identities(cursor: Cursor, identities: Mapping[int, str]) -> None:
    """Notes what samples say and show.

    Args:
        cursor: The transaction.
        identities: By sample number.
    """
    schema = {"sample_no": pl.Int32, "identity": pl.String}
    cursor.register("noted", pl.DataFrame(list(identities.items()), schema=schema, orient="row"))
    cursor.execute("UPDATE sample SET identity = noted.identity FROM noted WHERE noted.sample_no = sample.sample_no")
    cursor.unregister("noted")


def forget(cursor: Cursor, sample_nos: Sequence[int]) -> None:
    """Forgets what samples say and show, since that has changed; their keys stay.

    Args:
        cursor: The transaction.
        sample_nos: The samples.
    """
    cursor.register("changed", pl.DataFrame({"sample_no": sample_nos}, schema={"sample_no": pl.Int32}))
    cursor.execute("UPDATE sample SET identity = NULL WHERE sample_no IN (SELECT sample_no FROM changed)")
    cursor.unregister("changed")


def portable(store: Store) -> pl.DataFrame:
    """Portable and own key of the samples for which these differ: those of earlier versions.

    Copies of one identity are counted in the order in which they came into the workspace.
    """
    return store.frame(f"SELECT portable, key FROM ({PORTABLE}) WHERE portable <> key ORDER BY sample_no")


def by_content(store: Store, content_hashes: Sequence[str]) -> dict[str, list[str]]:
    """Finds the samples whose rows have some content.

    Args:
        store: The workspace's store.
        content_hashes: Hashes of rows.

    Returns:
        Sample keys by hash, in row order; hashes that no row has are left out.
    """
    requested = pl.DataFrame({"content_hash": content_hashes}, schema={"content_hash": pl.String})
    rows = store.frame(
        """SELECT content_hash, list(key ORDER BY dataset_no, row_index) AS keys
           FROM sample SEMI JOIN requested USING (content_hash) GROUP BY 1""",
        tables={"requested": requested},
    )
    return dict(rows.iter_rows())
