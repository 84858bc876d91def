"""Keeps what a page read until samples, scores, settings or machine flags change; decisions do not empty it."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from curation import spans
from storage.store import Store

Value = TypeVar("Value")
CONTENT = ("samples", "scores", "metrics", spans.THRESHOLDS)
DECISIONS = ("decisions",)
PATIENCE = 5.0
"""While scoring goes on, a value is read again at most every so many times as long as reading takes."""


@dataclass(frozen=True)
class _Kept:
    revision: tuple[int, ...]
    value: Any
    at: float
    cost: float


_kept: weakref.WeakKeyDictionary[Store, dict[str, _Kept]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def recall(
    store: Store,
    name: str,
    read: Callable[[Store], Value],
    *,
    patient: bool = False,
    topics: tuple[str, ...] = CONTENT,
) -> Value:
    """The value of `read(store)`, read again only when one of the topics has changed: the content, unless told.

    With `patient`, while something changes all the time, a value that took long to read may be a little old.
    """
    now = tuple(store.revision(topic) for topic in topics)
    with _lock:
        kept = _kept.setdefault(store, {}).get(name)
    started = time.monotonic()
    if kept and (kept.revision == now or (patient and started - kept.at < PATIENCE * kept.cost)):
        return kept.value
    value = read(store)
    finished = time.monotonic()
    with _lock:
        _kept[store][name] = _Kept(now, value, finished, finished - started)
    return value
