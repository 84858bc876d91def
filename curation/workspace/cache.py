"""Keeps what a page read until samples, scores, settings or machine flags change; decisions do not empty it."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.removals import NUMBERS
from storage.store import Store

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
VERDICT_THRESHOLDS = "verdict thresholds"
"""The setting that says from where on a source of hallucination verdicts denies a span."""
IMPORTED_METRICS = "imported metrics"
"""The setting that holds what is known of metrics whose values came from files."""
MODEL_PRICES = "model prices"
"""The setting that holds what language models cost."""
TASK_AXIS = "task axis"
"""The setting that says which column's labels are the tasks."""
CONTENT = ("samples", "scores", "metrics", IMPORTED_METRICS, TASK_AXIS, VERDICT_THRESHOLDS)
DECISIONS = ("decisions",)
PATIENCE = 5.0
"""While scoring goes on, a value is read again at most every so many times as long as reading takes."""


@dataclass(frozen=True)
class _CachedValue:
    revision: tuple[int, ...]
    value: Any
    read_at: float
    cost: float
    numbering: int


class _Slot:
    """Where the value of one name is kept, and the lock of who reads it."""

    def __init__(self) -> None:
        self.reading = threading.RLock()
        self.kept: _CachedValue | None = None


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
    """Reads a value, or remembers it while none of the topics changes.

    Of several threads that ask at once, one reads and the others wait for it. MOST_NAMES names are remembered: what
    people type belongs into the key of `recall_each`, not into a name.

    Args:
        store: The workspace's store.
        name: What the value is called.
        read: Reads the value from the store.
        patient: Whether the value may be a little old while something changes all the time and reading takes long.
        topics: What the value depends on.

    Returns:
        The value.
    """
    return grow(store, name, lambda read_from, _: read(read_from), patient=patient, topics=topics)


def grow(
    store: Store,
    name: str,
    read: Callable[[Store, Value | None], Value],
    *,
    patient: bool = False,
    topics: tuple[str, ...] = CONTENT,
) -> Value:
    """Recalls a value as `recall` does, whose reading may begin with the value from before.

    Args:
        store: The workspace's store.
        name: Name of the value.
        read: Makes the value from the store and the value from before, which is None at first.
        patient: Whether the value may be a little old while something changes all the time.
        topics: What makes the value old when it changes.

    Returns:
        The value of now.
    """
    slot, now = _slot(store, name), _revision(store, topics)
    remembered_value = slot.kept
    if remembered_value and _good(store, remembered_value, now, patient):
        return remembered_value.value
    with slot.reading:
        remembered_value = slot.kept
        if remembered_value and _good(store, remembered_value, now, patient):
            return remembered_value.value
        now = _revision(store, topics)
        started, numbering = time.monotonic(), store.revision(NUMBERS)
        value = read(store, remembered_value.value if remembered_value else None)
        finished = time.monotonic()
        slot.kept = _CachedValue(now, value, finished, finished - started, numbering)
        return value


def fresh(store: Store, name: str, topics: tuple[str, ...] = CONTENT) -> bool:
    """Says whether `recall` would have nothing to read.

    Args:
        store: The workspace's store.
        name: What the value is called.
        topics: What the value depends on.

    Returns:
        True when the remembered value is the present one.
    """
    remembered_value = _slot(store, name).kept
    return remembered_value is not None and _good(store, remembered_value, _revision(store, topics), patient=False)


def _slot(store: Store, name: str) -> _Slot:
    with _lock:
        slots = _slots.setdefault(store, OrderedDict())
        return _entry(slots, name, _Slot, MOST_NAMES)


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


def _good(store: Store, remembered_value: _CachedValue, now: tuple[int, ...], patient: bool) -> bool:
    return remembered_value.revision == now or (
        patient
        and remembered_value.numbering == store.revision(NUMBERS)
        and time.monotonic() - remembered_value.read_at < PATIENCE * remembered_value.cost
    )


def recall_each(
    store: Store,
    name: str,
    key: Hashable,
    read: Callable[[Store], Value],
    *,
    topics: tuple[str, ...] = CONTENT,
    most: int = MOST_EACH,
) -> Value:
    """Reads or remembers a value as `recall` does, for one of many things of a name.

    Args:
        store: The workspace's store.
        name: What the values are called together.
        key: Which of them.
        read: Reads the value from the store.
        topics: What the value depends on.
        most: How many values of the name are remembered, those that were asked for last.

    Returns:
        The value.
    """
    return recall_some(store, name, [key], lambda _: {key: read(store)}, topics=topics, most=most)[key]


def recall_some(
    store: Store,
    name: str,
    keys: Sequence[Key],
    read: Callable[[Sequence[Key]], Mapping[Key, Value]],
    *,
    next_keys: Sequence[Key] = (),
    topics: tuple[str, ...] = CONTENT,
    most: int = MOST_EACH,
) -> dict[Key, Value]:
    """Reads or remembers several values of a name at once, as `recall_each` does with one.

    Args:
        store: The workspace's store.
        name: What the values are called together.
        keys: Which of them.
        read: Reads the values that are not remembered, by key.
        next_keys: Keys that will be asked for next; where a value has to be read, theirs are read along.
        topics: What the values depend on.
        most: How many values of the name are remembered, those that were asked for last.

    Returns:
        The values by key; without those that `read` does not know.
    """
    now = _revision(store, topics)
    values: dict[Key, Value] = {}
    with _lock:
        entries = _entry(_each.setdefault(store, OrderedDict()), name, OrderedDict, MOST_NAMES)
        fresh = {key for key in (*keys, *next_keys) if key in entries and entries[key][0] == now}
        for key in fresh.intersection(keys):
            entries.move_to_end(key)
            values[key] = entries[key][1]
    if len(values) == len(set(keys)):
        return values
    newly_read = read([key for key in dict.fromkeys((*keys, *next_keys)) if key not in fresh])
    with _lock:
        for key, value in newly_read.items():
            entries.pop(key, None)
            entries[key] = (now, value)
        while len(entries) > most:
            entries.popitem(last=False)
    return {**values, **newly_read}


def remembered(store: Store) -> int:
    """How many values are remembered of a store."""
    with _lock:
        return len(_slots.get(store, ())) + sum(len(entries) for entries in _each.get(store, {}).values())
