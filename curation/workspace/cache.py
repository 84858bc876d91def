"""Keeps what a page read until samples, scores, settings or machine flags change; decisions do not empty it."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.store import Store

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
VERDICT_THRESHOLDS = "verdict thresholds"
"""The setting that says from where on a source of hallucination verdicts denies a span."""
CONTENT = ("samples", "scores", "metrics", VERDICT_THRESHOLDS)
DECISIONS = ("decisions",)
PATIENCE = 5.0
"""While scoring goes on, a value is read again at most every so many times as long as reading takes."""


@dataclass(frozen=True)
class _Kept:
    revision: tuple[int, ...]
    value: Any
    at: float
    cost: float


class _Slot:
    """Where the value of one name is kept, and the lock of who reads it."""

    def __init__(self) -> None:
        self.reading = threading.RLock()
        self.kept: _Kept | None = None


MOST_NAMES = 256
"""How many names are remembered."""
MOST_EACH = 512
"""How many things of one name are remembered, unless told; those that were asked for last."""

_slots: weakref.WeakKeyDictionary[Store, OrderedDict[str, _Slot]] = weakref.WeakKeyDictionary()
_each: weakref.WeakKeyDictionary[Store, OrderedDict[str, OrderedDict[Hashable, tuple[tuple[int, ...], Any]]]] = (
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
    Of several threads that ask at once, one reads and the others wait for it. MOST_NAMES names are remembered: what
    people type belongs into the key of `recall_each`, not into a name.
    """
    slot, now = _slot(store, name), _revision(store, topics)
    kept = slot.kept
    if kept and _good(kept, now, patient):
        return kept.value
    with slot.reading:
        kept = slot.kept
        if kept and _good(kept, now, patient):
            return kept.value
        now = _revision(store, topics)
        started = time.monotonic()
        value = read(store)
        finished = time.monotonic()
        slot.kept = _Kept(now, value, finished, finished - started)
        return value


def fresh(store: Store, name: str, topics: tuple[str, ...] = CONTENT) -> bool:
    """True when `recall` would have nothing to read."""
    kept = _slot(store, name).kept
    return kept is not None and _good(kept, _revision(store, topics), patient=False)


def _slot(store: Store, name: str) -> _Slot:
    with _lock:
        mine = _slots.setdefault(store, OrderedDict())
        return _entry(mine, name, _Slot, MOST_NAMES)


def _entry(entries: OrderedDict[Key, Value], key: Key, make: Callable[[], Value], most: int) -> Value:
    """The entry of a key, made where there is none; of more than `most`, those that were asked for last stay."""
    if key not in entries:
        entries[key] = make()
    entries.move_to_end(key)
    while len(entries) > most:
        entries.popitem(last=False)
    return entries[key]


def _revision(store: Store, topics: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(store.revision(topic) for topic in topics)


def _good(kept: _Kept, now: tuple[int, ...], patient: bool) -> bool:
    return kept.revision == now or (patient and time.monotonic() - kept.at < PATIENCE * kept.cost)


def recall_each(
    store: Store,
    name: str,
    key: Hashable,
    read: Callable[[Store], Value],
    *,
    topics: tuple[str, ...] = CONTENT,
    most: int = MOST_EACH,
) -> Value:
    """As `recall`, for one of many things of a name: so many of them are remembered."""
    now = _revision(store, topics)
    with _lock:
        mine = _entry(_each.setdefault(store, OrderedDict()), name, OrderedDict, MOST_NAMES)
        kept = mine.get(key)
        if kept and kept[0] == now:
            mine.move_to_end(key)
            return kept[1]
    value = read(store)
    with _lock:
        mine.pop(key, None)
        _entry(mine, key, lambda: (now, value), most)
    return value


def remembered(store: Store) -> int:
    """How many values are remembered of a store."""
    with _lock:
        return len(_slots.get(store, ())) + sum(len(mine) for mine in _each.get(store, {}).values())
