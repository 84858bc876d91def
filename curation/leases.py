"""Who has which samples on the table right now, so that no two reviewers work on the same one.

Leases live in the server's memory: they are about browsers that are open now, and one server owns the workspace.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

SECONDS = 180.0
"""How long samples stay with a browser that shows no sign of life."""


@dataclass(frozen=True)
class Lease:
    """One sample with one browser (`holder`) of one reviewer (`who`), until `until` on the monotonic clock."""

    sample_no: int
    holder: str
    who: str
    until: float


@dataclass
class Leases:
    """The leases of one server: at most one per sample."""

    seconds: float = SECONDS
    _held: dict[int, Lease] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, holder: str, who: str, wanted: Iterable[int], most: int) -> list[int]:
        """Takes the first `most` of the wanted samples that no other browser holds, and gives back all others."""
        until = time.monotonic() + self.seconds
        with self._lock:
            held = self._of_others(holder)
            taken: list[int] = []
            for number in wanted:
                if len(taken) == most:
                    break
                if number not in held:
                    taken.append(number)
            self._held = held | {number: Lease(number, holder, who, until) for number in taken}
            return taken

    def forget(self, holders: Iterable[str]) -> None:
        """Gives back what browsers held that are gone."""
        gone = set(holders)
        with self._lock:
            self._held = {number: one for number, one in self._held.items() if one.holder not in gone}

    def of_others(self, holder: str) -> list[Lease]:
        """The leases that other browsers hold now."""
        with self._lock:
            return list(self._of_others(holder).values())

    def _of_others(self, holder: str) -> dict[int, Lease]:
        now = time.monotonic()
        return {number: one for number, one in self._held.items() if one.until > now and one.holder != holder}
