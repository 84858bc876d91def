"""Small things a workspace remembers, as JSON by key; of each key the newest value is kept.

A draft is changed with every move of a handle, and carries its steps to take back with it: earlier values would only
pile up. A key that an earlier version wrote keeps its old values until it is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import orjson

from storage.store import Store, first


def read(store: Store, key: str, default: object = None) -> Any:
    """Reads the newest value of a key.

    Args:
        store: The workspace's store.
        key: The key.
        default: What a key without a value has.

    Returns:
        The value, as JSON gives it.
    """
    text = store.one("SELECT arg_max(value, change_no) FROM setting WHERE key = $key", {"key": key})
    return default if text is None else orjson.loads(text)


def newest(store: Store, prefix: str) -> dict[str, Any]:
    """Reads the newest value of every key with a prefix.

    Args:
        store: The workspace's store.
        prefix: How the keys start.

    Returns:
        Values by key.
    """
    sql = "SELECT key, arg_max(value, change_no) FROM setting WHERE starts_with(key, $prefix) GROUP BY key"
    return {key: orjson.loads(text) for key, text in store.rows(sql, {"prefix": prefix})}


def write(store: Store, key: str, value: object) -> None:
    """Remembers a value; the key is the topic that it touches.

    Args:
        store: The workspace's store.
        key: The key.
        value: Anything that JSON holds.
    """
    with store.transaction(key) as cursor:
        append(cursor, key, value)


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
            append(cursor, key, value)
    return changed


def append(cursor: duckdb.DuckDBPyConnection, key: str, value: object) -> None:
    """Remembers a value together with other changes.

    Args:
        cursor: The transaction of all of them; it has to touch the key as its topic.
        key: The key.
        value: Anything that JSON holds.
    """
    cursor.execute(
        """INSERT INTO setting SELECT $key, $value, now()::TIMESTAMP, coalesce(max(change_no), 0) + 1
           FROM setting""",
        {"key": key, "value": orjson.dumps(value).decode()},
    )
    cursor.execute(
        """DELETE FROM setting WHERE key = $key AND change_no <
           (SELECT max(change_no) FROM setting WHERE key = $key)""",
        {"key": key},
    )
