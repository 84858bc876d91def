"""Opens a workspace's DuckDB file: one owner process, one writer at a time, a cursor per query.

What the disk refuses becomes `NotStoredError`: nothing of that transaction is stored, and the next one tries again.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from storage import constraints, disk, migrations
from storage.connecting import MEMORY, OWNER, connect, damaged, is_damage
from storage.errors import NotStoredError, WorkspaceError
from storage.rows import StoredTuple

Cursor = duckdb.DuckDBPyConnection
"""A connection to the database, or a cursor of one: DuckDB has one class for both."""

DATABASE = "winnow.duckdb"
ROOM_BYTES = 16 << 20
"""Free room on the disk below which the log is not folded into the file."""

QUERIES = 500
"""After so many cursors `tidy` is worth it: they may have left some megabytes."""

CLOSING_SECONDS = 5.0
"""How long closing waits for queries of other threads before it interrupts them."""


class Store:
    """The open database of one workspace folder; a read-only one answers and stores nothing."""

    def __init__(
        self,
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        *,
        is_read_only: bool = False,
        doubled: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.folder = folder
        self.is_read_only = is_read_only
        self.doubled = doubled
        """Tables and columns that hold values twice and should not, as earlier versions could leave them."""
        self.adding = threading.RLock()
        """Held by whoever adds, changes or removes samples, from the first look to the last row."""
        self._database = folder / DATABASE
        self._revisions: Counter[str] = Counter()
        self._connection = connection
        self._writer = threading.RLock()
        self._opening = threading.Condition()
        self._cursors = 0
        self._opened = 0
        self._is_closing = False
        self._is_invalid = False
        self._file = disk.identity(self._database)

    def frame(
        self,
        sql: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Reads the rows of a query as a Polars frame.

        Args:
            sql: The query.
            params: Values of its $names.
            tables: Frames that the query may name.

        Returns:
            The rows.
        """
        with self._cursor() as cursor:
            for name, table in (tables or {}).items():
                cursor.register(name, table)
            return cursor.sql(sql, params=dict(params) if params else None).pl()

    def copy(self, sql: str, path: Path, row_group: int, tables: Mapping[str, pl.DataFrame]) -> None:
        """Writes a query's rows to a Parquet file.

        Args:
            sql: The query.
            path: The file.
            row_group: Rows of a row group.
            tables: Frames that the query may name.

        Raises:
            NotStoredError: The disk does not take it.
        """
        with self._cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            target = str(path).replace("'", "''")
            cursor.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE {row_group})")

    def rows(self, sql: str, params: Mapping[str, object] | None = None) -> list[StoredTuple]:
        """Reads the rows of a query as tuples.

        Args:
            sql: The query.
            params: Values of its $names.

        Returns:
            The rows.
        """
        with self._cursor() as cursor:
            return cursor.execute(sql, dict(params) if params else None).fetchall()

    def one(self, sql: str, params: Mapping[str, object] | None = None) -> Any:
        """Reads a single value.

        Args:
            sql: The query.
            params: Values of its $names.

        Returns:
            First column of the first row; None when there is none.
        """
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def revision(self, topic: str) -> int:
        """A number that grows whenever a transaction that touches the topic is committed."""
        return self._revisions[topic]

    @contextlib.contextmanager
    def transaction(self, *touches: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A writing cursor; commits at the end, rolls back on any exception. Not to be nested.

        `touches` names what readers may have cached: "samples", "scores" or "decisions". Raises NotStoredError, with
        one clear sentence, when the disk does not take it; nothing of the transaction is stored then.
        """
        if self.is_read_only:
            raise NotStoredError(f"The workspace {self.folder} is read-only: nothing was stored.")
        with self._writer, self._cursor() as cursor:
            self._check_presence()
            cursor.execute("BEGIN")
            try:
                yield cursor
                self._check_presence()
                cursor.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(duckdb.Error):
                    cursor.execute("ROLLBACK")
                raise
            self._revisions.update(touches)

    def checkpoint(self) -> None:
        """Folds the write-ahead log into the file; put off when other cursors are busy or the disk has little room."""
        if self.is_read_only or not self._has_room():
            return
        with (
            self._writer,
            contextlib.suppress(duckdb.TransactionException, NotStoredError),
            self._cursor() as cursor,
        ):
            cursor.execute("CHECKPOINT")

    def tidy(self, seconds: float = 1.0) -> bool:
        """Frees what DuckDB remembers of queries that are over, once there were many; False where it did nothing.

        A few hundred bytes of every block that a query worked with stay queued until memory is short or the queues
        are full. Lowering the limit empties them, so no query may be at work: it waits for that for some `seconds`.
        """
        with self._opening:
            if self._opened < QUERIES or not self._opening.wait_for(lambda: self._cursors == 0, seconds):
                return False
            if self._is_closing or self._is_invalid:
                return False
            try:
                with contextlib.suppress(duckdb.OutOfMemoryException):  # what cannot be freed stays
                    self._connection.execute("SET memory_limit = '1KB'")
            finally:
                self._connection.execute(f"SET memory_limit = '{MEMORY}'")
            self._opened = 0
            return True

    def backup(self, target: Path) -> None:
        """Copies the database to a file that is there only once it is whole. Raises NotStoredError."""
        with self._writer:
            self.checkpoint()
            try:
                part = target.with_name(f".{target.name}.part")
                shutil.copyfile(self._database, part)
                log = self._database.with_name(self._database.name + ".wal")
                if log.exists():  # the checkpoint had to wait
                    shutil.copyfile(log, target.with_name(target.name + ".wal"))
                part.replace(target)
            except OSError as error:
                raise NotStoredError(f"No copy was made: {disk.explained(error, target.parent)}") from error

    def close(self) -> None:
        """Closes the file and withdraws the owner's note."""
        if not self.is_read_only:
            with contextlib.suppress(OSError):
                (self.folder / OWNER).unlink(missing_ok=True)
        self._is_closing = True
        deadline = time.monotonic() + CLOSING_SECONDS
        while not self._closed():
            if time.monotonic() > deadline:
                self._connection.interrupt()
            time.sleep(0.01)

    def _check_presence(self) -> None:
        """Raises NotStoredError when the file has been moved or deleted: DuckDB would go on writing into the void."""
        if disk.identity(self._database) != self._file:
            raise NotStoredError(
                f"The workspace {self.folder} was moved or deleted while it is open: nothing was stored. "
                "Put the folder back, or restart Winnow with the right one."
            )

    def _has_room(self) -> bool:
        """True when a checkpoint cannot fill the disk; a failed one makes DuckDB refuse all further work."""
        log = self._database.with_name(self._database.name + ".wal")
        try:
            return disk.free_bytes(self.folder) > ROOM_BYTES + 2 * (log.stat().st_size if log.exists() else 0)
        except OSError:
            return False

    def _closed(self) -> bool:
        """True once the connection is closed; DuckDB refuses while another thread is at work with a cursor."""
        with self._opening:
            try:
                self._connection.close()
            except duckdb.OperationalError as error:
                if "busy" not in str(error):
                    raise
                return False
            except duckdb.Error:  # the last checkpoint met a full disk: the log keeps everything
                return True
            return True

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of the caller's own, whose errors leave as ours where they say something of the disk."""
        cursor = self._opened_cursor()
        try:
            yield cursor
        except duckdb.Error as error:
            self._is_invalid = self._is_invalid or isinstance(error, duckdb.FatalException)
            clear = self._in_clear_words(error)
            if clear is None:
                raise
            raise clear from error
        finally:
            with self._opening:
                cursor.close()
                self._cursors -= 1
                self._opening.notify_all()

    def _opened_cursor(self) -> duckdb.DuckDBPyConnection:
        """DuckDB refuses to open one while another thread opens one or closes all."""
        with self._opening:
            if self._is_closing:
                raise duckdb.ConnectionException("The workspace is closed.")
            if self._is_invalid:
                self._reopen()
            cursor = self._connection.cursor()
            self._cursors += 1
            self._opened += 1
            return cursor

    def _reopen(self) -> None:
        """Opens the file anew after DuckDB gave up on it; its log has all that was committed.

        DuckDB keeps a file open until its last cursor is closed, so other threads have to have met the error too.
        """
        if not self._opening.wait_for(lambda: self._cursors == 0, CLOSING_SECONDS):
            raise NotStoredError("The database is being opened again after a failed write; try again in a moment.")
        with contextlib.suppress(duckdb.Error):
            self._connection.close()
        self._connection = connect(self._database, read_only=self.is_read_only)
        self._is_invalid = False

    def _in_clear_words(self, error: duckdb.Error) -> WorkspaceError | None:
        """The error as one of ours; None for one that speaks of neither the disk nor the file."""
        if is_damage(error):
            return damaged(self._database)
        refusal = disk.refusal(str(error))
        if refusal:
            return NotStoredError(f"Nothing was stored: {disk.sentence(refusal, self.folder)}")
        if isinstance(error, duckdb.FatalException):
            return NotStoredError(f"Nothing was stored: the database stopped. {str(error).splitlines()[0]}")
        return None


def open_store(folder: Path, address: str = "") -> Store:
    """Opens (or makes) a workspace and leaves a note of who owns it.

    Args:
        folder: The workspace's folder.
        address: What a second process is told to use instead.

    Returns:
        The store; it is read-only where the folder cannot be written to.

    Raises:
        WorkspaceInUseError: Another process has it open.
        WorkspaceNewerError: A newer program made it.
        WorkspaceDamagedError: Its file is damaged.
        WorkspaceError: It cannot be made or opened; the message is one clear sentence.
    """
    path = folder / DATABASE
    if not disk.is_writable(folder):
        return _open_for_reading(folder, path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"Cannot make the workspace folder {folder}: {error.strerror}.") from error
    connection = connect(path)
    try:
        migrations.migrate(connection, path)
        doubled = constraints.ensure(connection)
        (folder / OWNER).write_text(json.dumps({"pid": os.getpid(), "address": address}), encoding="utf-8")
    except BaseException as error:
        with contextlib.suppress(duckdb.Error):
            connection.close()
        if isinstance(error, duckdb.Error) and is_damage(error):
            raise damaged(path) from error
        refusal = disk.refusal(str(error)) if isinstance(error, duckdb.Error | OSError) else ""
        if refusal:
            raise WorkspaceError(f"Cannot open the workspace: {disk.sentence(refusal, folder)}") from error
        raise
    return Store(folder, connection, doubled=tuple(doubled))


def _open_for_reading(folder: Path, path: Path) -> Store:
    """Opens a workspace on a disk that takes no writes, to look at."""
    if not path.exists():
        raise WorkspaceError(f"Cannot make the workspace folder {folder}: {disk.sentence(disk.READ_ONLY, folder)}")
    connection = connect(path, read_only=True)
    if migrations.pending(connection):
        connection.close()
        raise WorkspaceError(
            f"The workspace {folder} is read-only and of an earlier Winnow: copy it to a disk that takes writes."
        )
    return Store(folder, connection, is_read_only=True)


def first(cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object] | None = None) -> Any:
    """Reads the first column of a query's only row, and the result to its end, as DuckDB wants before more work.

    Args:
        cursor: A transaction.
        sql: The query.
        params: Values of its $names.

    Returns:
        The value; None without a row.
    """
    rows = cursor.execute(sql, dict(params) if params else None).fetchall()
    return rows[0][0] if rows else None


def append_frame(cursor: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Adds a frame's rows to a table.

    Args:
        cursor: The transaction that they belong to.
        table: The table.
        rows: Columns of the same names as the table's.
    """
    cursor.register("new_rows", rows)
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM new_rows")
    cursor.unregister("new_rows")
