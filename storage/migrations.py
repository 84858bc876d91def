"""Brings a database to this program's schema: numbered SQL files, each in one transaction with its record."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import duckdb

from storage.errors import WorkspaceNewerError


def available() -> list[tuple[int, str]]:
    """Every migration as (number, SQL), in order."""
    files = [file for file in resources.files("storage.schema").iterdir() if file.name.endswith(".sql")]
    return sorted((int(file.name[:4]), file.read_text(encoding="utf-8")) for file in files)


def applied(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of the newest migration in the database; 0 for an empty file."""
    tables = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_name = 'migration'"
    ).fetchall()
    if not tables:
        return 0
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchall()[0][0])


def pending(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Migrations that the database has not seen, in order; one may be older than the newest that it has."""
    done = set()
    if applied(connection):
        done = {number for (number,) in connection.execute("SELECT number FROM migration").fetchall()}
    return [(number, sql) for number, sql in available() if number not in done]


def migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Applies what is pending, after copying an existing file aside.

    Args:
        connection: The database.
        path: Its file.

    Raises:
        WorkspaceNewerError: The database knows migrations that this program does not.
    """
    steps = pending(connection)
    current, newest = applied(connection), available()[-1][0]
    if current > newest:
        raise WorkspaceNewerError(
            f"This workspace has schema {current}; this Winnow knows {newest}. Update the program to open it."
        )
    if current and steps:
        connection.execute("CHECKPOINT")
        shutil.copy2(path, path.with_suffix(f".before-{newest:04d}.duckdb"))
    for number, sql in steps:
        _apply(connection, number, sql)


def _apply(connection: duckdb.DuckDBPyConnection, number: int, sql: str) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER, made_at TIMESTAMP)")
        connection.execute(sql)
        connection.execute("INSERT INTO migration VALUES ($1, now()::TIMESTAMP)", [number])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
