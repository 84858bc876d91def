"""Small things a workspace remembers, as JSON by key; every change is kept, the newest counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import orjson

from storage.store import Store, first


def read(store: Store, key: str, default: Any = None) -> Any:
    """The newest value of a key."""
    text = store.one("SELECT arg_max(value, change_no) FROM setting WHERE key = $key", {"key": key})
    return default if text is None else orjson.loads(text)


def newest(store: Store, prefix: str) -> dict[str, Any]:
    """The newest value of every key that starts with `prefix`."""
    sql = "SELECT key, arg_max(value, change_no) FROM setting WHERE starts_with(key, $prefix) GROUP BY key"
    return {key: orjson.loads(text) for key, text in store.rows(sql, {"prefix": prefix})}


def write(store: Store, key: str, value: Any) -> None:
    """Remembers a value; the key is the topic that it touches."""
    with store.transaction(key) as cursor:
        _append(cursor, key, value)


def update(
    store: Store, keys: Sequence[str], change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Reads the values of keys and writes what `change` makes of them, with no other write in between.

    Args:
        store: The workspace's store.
        keys: What is read; None stands for a value that there is not. They are the topics that are touched.
        change: Gives the values to write, by key, from those that are stored.

    Returns:
        What was written.
    """
    with store.transaction(*keys) as cursor:
        stored = {}
        for key in keys:
            text = first(cursor, "SELECT arg_max(value, change_no) FROM setting WHERE key = $key", {"key": key})
            stored[key] = None if text is None else orjson.loads(text)
        changed = change(stored)
        for key, value in changed.items():
            _append(cursor, key, value)
    return changed


def _append(cursor: duckdb.DuckDBPyConnection, key: str, value: Any) -> None:
    cursor.execute(
        """INSERT INTO setting SELECT $key, $value, now()::TIMESTAMP, coalesce(max(change_no), 0) + 1
           FROM setting""",
        {"key": key, "value": orjson.dumps(value).decode()},
    )
