"""Connects to a workspace's DuckDB file, and says in one sentence why that is not possible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from storage import disk
from storage.errors import NotStoredError, WorkspaceDamagedError, WorkspaceInUseError

OWNER = "owner.json"
MEMORY = "1GB"
"""What DuckDB may hold in memory; beyond that it works from disk."""


def owner(folder: Path) -> dict[str, Any]:
    """What the present owner wrote about itself: {"pid", "address"}, or {} when nobody did."""
    try:
        return json.loads((folder / OWNER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Opens the database file.

    Args:
        path: The file; it is made where there is none.
        read_only: Whether nothing may be written.

    Returns:
        A connection with the limits and settings of this program.

    Raises:
        WorkspaceInUseError: Another process has it open.
        WorkspaceDamagedError: It is no database, or a damaged one.
        NotStoredError: The disk or the process refuses.
    """
    try:
        disk.check_open_files()  # DuckDB ends the process when it cannot open a file for want of a descriptor
        connection = duckdb.connect(str(path), read_only=read_only)
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        # A checkpoint rewrites much of a growing file: often enough at the end of imports and runs.
        connection.execute("SET checkpoint_threshold = '512MB'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET autoinstall_known_extensions = false")
        # What a query used goes back to the system: else a server keeps some kilobytes of every query.
        connection.execute("SET allocator_background_threads = true")
        connection.execute("SET allocator_flush_threshold = '1MB'")
        return connection
    except (duckdb.Error, OSError) as error:
        refusal = disk.refusal(str(error))
        if refusal:
            raise NotStoredError(f"Cannot open the workspace: {disk.sentence(refusal, path.parent)}") from error
        if "lock" in str(error).lower():
            raise _in_use(path.parent) from error
        raise damaged(path) from error


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


def is_damage(error: duckdb.Error) -> bool:
    """Whether an error of the database comes from a damaged file."""
    text = str(error).lower()
    return any(sign in text for sign in ("corrupt", "checksum", "read enough bytes", "not a valid", "serializ"))


def damaged(path: Path) -> WorkspaceDamagedError:
    """The error for a damaged file, with what to do."""
    return WorkspaceDamagedError(f"The database {path} is damaged or not a Winnow workspace; restore it from a copy.")
