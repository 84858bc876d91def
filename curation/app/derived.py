"""Values that are made from parts of a snapshot, remembered until there is another one."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from curation.app.server import Server

MOST = 24
"""Values of a kind that a server remembers unless told, those that were asked for last."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class _ValueOfParts:
    """A value and the parts that it was made from; it keeps none of them alive, as snapshots are large."""

    parts: tuple[weakref.ref[object], ...]
    value: Any

    def is_of(self, parts: tuple[object, ...]) -> bool:
        """True when it was made from these very parts."""
        return len(parts) == len(self.parts) and all(old() is new for old, new in zip(self.parts, parts, strict=True))

    @property
    def is_outdated(self) -> bool:
        """True when a part is gone, so that nobody can ask for the value again."""
        return any(part() is None for part in self.parts)


_Values = OrderedDict[Hashable, _ValueOfParts]
_lock = threading.Lock()
_values: weakref.WeakKeyDictionary[Server, dict[str, _Values]] = weakref.WeakKeyDictionary()


def recall(
    server: Server, kind: str, key: Hashable, parts: tuple[object, ...], make: Callable[[], Value], *, most: int = MOST
) -> Value:
    """Makes a value of parts, or remembers the one that was made of these very parts.

    Args:
        server: It remembers the values.
        kind: What values of this kind are called; never what people type.
        key: Which of them.
        parts: What the value is made from; they are compared by identity.
        make: Makes the value.
        most: How many values of the kind are remembered, those that were asked for last.

    Returns:
        The value.
    """
    with _lock:
        values = _values.setdefault(server, {}).setdefault(kind, OrderedDict())
        cached = values.get(key)
        if cached and cached.is_of(parts):
            values.move_to_end(key)
            return cached.value
    value = make()
    with _lock:
        for outdated in [other for other, kept in values.items() if kept.is_outdated]:
            del values[outdated]
        values[key] = _ValueOfParts(tuple(map(weakref.ref, parts)), value)
        values.move_to_end(key)
        while len(values) > most:
            values.popitem(last=False)
    return value
