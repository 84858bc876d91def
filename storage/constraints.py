"""What can be in a workspace once only, held by unique indexes: two imports at once can never share a number."""

from __future__ import annotations

import duckdb

UNIQUE = (
    ("dataset", "dataset_no"),
    ("dataset", "name"),
    ("sample", "sample_no"),
    ("sample", "dataset_no, row_index"),
    ("turn", "turn_no"),
    ("image", "image_no"),
    ("image", "content_hash"),
    ("decision", "event_id"),
    ("run", "run_no"),
    ("export", "export_no"),
    ("ingested", "shard"),
)
"""Tables and the columns whose values are there once each."""


def ensure(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Makes the indexes that are missing.

    Returns:
        (table, columns) of those that cannot be made, since a workspace of an earlier version holds values twice;
        `check --repair` mends it.
    """
    present = {name for (name,) in connection.execute("SELECT index_name FROM duckdb_indexes()").fetchall()}
    doubled = []
    for table, columns in UNIQUE:
        if index_name(table, columns) in present:
            continue
        try:
            connection.execute(f"CREATE UNIQUE INDEX {index_name(table, columns)} ON {table} ({columns})")
        except duckdb.ConstraintException:
            doubled.append((table, columns))
    return doubled


def drop(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Removes a table's indexes, so that its rows can be numbered anew; `ensure` makes them again.

    Args:
        connection: The database.
        table: A table of UNIQUE; any other is left alone.
    """
    for owner, columns in UNIQUE:
        if owner == table:
            connection.execute(f"DROP INDEX IF EXISTS {index_name(table, columns)}")


def index_name(table: str, columns: str) -> str:
    """Names the index of a table.

    Args:
        table: The table.
        columns: Its columns, with ", " between them.

    Returns:
        The index's name in the database.
    """
    return f"unique_{table}_{columns.replace(', ', '_')}"
