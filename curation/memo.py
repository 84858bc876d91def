"""Keeps what a page read until samples, scores, settings or machine flags change; decisions do not empty it."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
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


MOST_EACH = 512
"""How many things of one name are remembered; those that were asked for last."""

_kept: weakref.WeakKeyDictionary[Store, dict[str, _Kept]] = weakref.WeakKeyDictionary()
_reading: weakref.WeakKeyDictionary[Store, dict[str, Any]] = weakref.WeakKeyDictionary()
_each: weakref.WeakKeyDictionary[Store, dict[str, OrderedDict[Hashable, tuple[tuple[int, ...], Any]]]] = (
    weakref.WeakKeyDictionary()
)
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
    Of several threads that ask at once, one reads and the others wait for it.
    """
    now = tuple(store.revision(topic) for topic in topics)
    kept = _good(store, name, now, patient)
    if kept:
        return kept.value
    with _lock:
        reading = _reading.setdefault(store, {}).setdefault(name, threading.RLock())
    with reading:
        kept = _good(store, name, now, patient)
        if kept:
            return kept.value
        now = tuple(store.revision(topic) for topic in topics)
        started = time.monotonic()
        value = read(store)
        finished = time.monotonic()
        with _lock:
            _kept[store][name] = _Kept(now, value, finished, finished - started)
        return value


def fresh(store: Store, name: str, topics: tuple[str, ...] = CONTENT) -> bool:
    """True when `recall` would have nothing to read."""
    return _good(store, name, tuple(store.revision(topic) for topic in topics), patient=False) is not None


def _good(store: Store, name: str, now: tuple[int, ...], patient: bool) -> _Kept | None:
    with _lock:
        kept = _kept.setdefault(store, {}).get(name)
    if kept and (kept.revision == now or (patient and time.monotonic() - kept.at < PATIENCE * kept.cost)):
        return kept
    return None


def recall_each(
    store: Store, name: str, key: Hashable, read: Callable[[Store], Value], *, topics: tuple[str, ...] = CONTENT
) -> Value:
    """As `recall`, for one of many things of a name: MOST_EACH of them are remembered."""
    now = tuple(store.revision(topic) for topic in topics)
    with _lock:
        mine = _each.setdefault(store, {}).setdefault(name, OrderedDict())
        kept = mine.get(key)
        if kept and kept[0] == now:
            mine.move_to_end(key)
            return kept[1]
    value = read(store)
    with _lock:
        mine[key] = (now, value)
        mine.move_to_end(key)
        while len(mine) > MOST_EACH:
            mine.popitem(last=False)
    return value
