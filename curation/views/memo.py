"""Keeps what a page read until samples, scores or machine flags change; decisions do not empty it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

from storage.store import Store

Value = TypeVar("Value")

_kept: weakref.WeakKeyDictionary[Store, tuple[tuple[int, ...], dict[str, object]]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def recall(store: Store, name: str, read: Callable[[Store], Value]) -> Value:
    """The value of `read(store)`, read again only when the workspace's content has changed."""
    now = (store.revision("samples"), store.revision("scores"))
    with _lock:
        mark, values = _kept.get(store, ((), {}))
        if mark != now:
            values = {}
            _kept[store] = (now, values)
        if name in values:
            return values[name]  # type: ignore[return-value]
    value = read(store)
    with _lock:
        values[name] = value
    return value
