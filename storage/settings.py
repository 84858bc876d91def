"""Small things a workspace remembers, as JSON by key; every change is kept, the newest counts."""

from __future__ import annotations

from typing import Any

import orjson

from storage.store import Store


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
        cursor.execute(
            """INSERT INTO setting SELECT $key, $value, now()::TIMESTAMP, coalesce(max(change_no), 0) + 1
               FROM setting""",
            {"key": key, "value": orjson.dumps(value).decode()},
        )
