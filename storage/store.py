"""Opens a workspace's DuckDB file: one owner process, one writer at a time, a cursor per query."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from storage import migrations
from storage.errors import WorkspaceDamagedError, WorkspaceError, WorkspaceInUseError

DATABASE = "winnow.duckdb"
OWNER = "owner.json"
MEMORY = "1GB"
"""What DuckDB may hold in memory; beyond that it works from disk."""

CLOSING_SECONDS = 5.0
"""How long closing waits for queries of other threads before it interrupts them."""


class Store:
    """The open database of one workspace folder."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._revisions: Counter[str] = Counter()
        self._connection = connection
        self._writer = threading.RLock()
        self._opening = threading.Lock()
        self._is_closing = False

    def frame(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Rows of a query as a Polars frame; `tables` are frames that the query may name."""
        with _clear_damage(self.folder), self._cursor() as cursor:
            for name, table in (tables or {}).items():
                cursor.register(name, table)
            return cursor.sql(sql, params=dict(params) if params else None).pl()

    def copy(self, sql: str, path: Path, row_group: int, tables: Mapping[str, pl.DataFrame]) -> None:
        """Writes a query's rows to a Parquet file."""
        with self._cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            target = str(path).replace("'", "''")
            cursor.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE {row_group})")

    def rows(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query as tuples."""
        with _clear_damage(self.folder), self._cursor() as cursor:
            return cursor.execute(sql, dict(params) if params else None).fetchall()

    def one(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """First column of the first row, or None when there is none."""
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def revision(self, topic: str) -> int:
        """A number that grows whenever a transaction that touches the topic is committed."""
        return self._revisions[topic]

    @contextlib.contextmanager
    def transaction(self, *touches: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A writing cursor; commits at the end, rolls back on any exception. Not to be nested.

        `touches` names what readers may have cached: "samples", "scores" or "decisions".
        """
        with self._writer, self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                raise
            self._revisions.update(touches)

    def checkpoint(self) -> None:
        """Folds the write-ahead log into the file; harmless when other cursors are busy."""
        with (
            self._writer,
            self._cursor() as cursor,
            contextlib.suppress(duckdb.TransactionException),
        ):
            cursor.execute("CHECKPOINT")

    def close(self) -> None:
        """Closes the file and withdraws the owner's note."""
        (self.folder / OWNER).unlink(missing_ok=True)
        self._is_closing = True
        deadline = time.monotonic() + CLOSING_SECONDS
        while not self._closed():
            if time.monotonic() > deadline:
                self._connection.interrupt()
            time.sleep(0.01)

    def _closed(self) -> bool:
        """True once the connection is closed; DuckDB refuses while another thread is at work with a cursor."""
        with self._opening:
            try:
                self._connection.close()
            except duckdb.OperationalError as error:
                if "busy" not in str(error):
                    raise
                return False
            return True

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the caller's own; DuckDB refuses to open one while another thread opens one or closes all."""
        with self._opening:
            if self._is_closing:
                raise duckdb.ConnectionException("The workspace is closed.")
            return self._connection.cursor()


def open_store(folder: Path, address: str = "") -> Store:
    """Opens (or makes) the workspace in `folder` and leaves a note of who owns it.

    `address` is what a second process is told to use instead. Raises WorkspaceInUseError,
    WorkspaceNewerError, WorkspaceDamagedError or WorkspaceError, each with one clear sentence.
    """
    path = folder / DATABASE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"Cannot make the workspace folder {folder}: {error.strerror}.") from error
    connection = _connect(path)
    try:
        migrations.migrate(connection, path)
    except BaseException as error:
        connection.close()
        if isinstance(error, duckdb.Error) and _is_damage(error):
            raise _damaged(path) from error
        raise
    (folder / OWNER).write_text(json.dumps({"pid": os.getpid(), "address": address}), encoding="utf-8")
    return Store(folder, connection)


def first(cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, Any] | None = None) -> Any:
    """First column of a query's only row, or None; reads the result to its end, as DuckDB wants before more work."""
    rows = cursor.execute(sql, dict(params) if params else None).fetchall()
    return rows[0][0] if rows else None


def append_frame(cursor: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Adds a frame's rows to a table with columns of the same names."""
    cursor.register("new_rows", rows)
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM new_rows")
    cursor.unregister("new_rows")


def owner(folder: Path) -> dict[str, Any]:
    """What the present owner wrote about itself: {"pid", "address"}, or {} when nobody did."""
    try:
        return json.loads((folder / OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


@contextlib.contextmanager
def _clear_damage(folder: Path) -> Iterator[None]:
    """Turns DuckDB's word for a damaged block, met only when it is read, into ours."""
    try:
        yield
    except duckdb.Error as error:
        if _is_damage(error):
            raise _damaged(folder / DATABASE) from error
        raise


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path))
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        # A checkpoint rewrites much of a growing file: often enough at the end of imports and runs.
        connection.execute("SET checkpoint_threshold = '512MB'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET autoinstall_known_extensions = false")
        return connection
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise _in_use(path.parent) from error
        raise _damaged(path) from error


def _in_use(folder: Path) -> WorkspaceInUseError:
    note = owner(folder)
    if note.get("address"):
        return WorkspaceInUseError(
            f"The workspace {folder} is open in a Winnow server at {note['address']}: "
            "use that page, or stop the server."
        )
    process = f" (process {note['pid']})" if note.get("pid") else ""
    return WorkspaceInUseError(
        f"The workspace {folder} is in use by another Winnow command{process}; wait for it to end."
    )


def _is_damage(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(sign in text for sign in ("corrupt", "checksum", "read enough bytes", "not a valid", "serializ"))


def _damaged(path: Path) -> WorkspaceDamagedError:
    return WorkspaceDamagedError(f"The database {path} is damaged or not a Winnow workspace; restore it from a copy.")
