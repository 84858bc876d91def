"""Who has which samples on the table right now, so that no two reviewers work on the same one.

Leases live in the server's memory: they are about browsers that are open now, and one server owns the workspace.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

SECONDS = 180.0
"""How long samples stay with a browser that shows no sign of life."""
GRACE = 10.0
"""How long a sample stays with a browser after its share got smaller: the browser may be on its way to it."""


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
    grace: float = GRACE
    _held: dict[int, Lease] = field(default_factory=dict)
    _present: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(
        self,
        holder: str,
        who: str,
        candidates: Iterable[int],
        most: int,
        *,
        queue_left: int,
        pending: Collection[int] = (),
    ) -> list[int]:
        """Takes the first of the candidates that no other browser holds, as many as are this browser's share.

        Args:
            holder: The browser.
            who: Its reviewer.
            candidates: Samples in the order in which they are wanted; read only as far as needed.
            most: No more than so many.
            queue_left: How many samples of the queue are left to decide; where they are few, every browser gets fewer.
            pending: Samples that the browser decided and that are not stored yet; they stay with it beside the others.

        Returns:
            The samples taken. What the browser held before and did not take again is free after `GRACE`.
        """
        now = time.monotonic()
        with self._lock:
            self._expire(now)
            self._present[holder] = now + self.seconds
            share = _share(most, queue_left, len(self._present))
            others = {number for number, lease in self._held.items() if lease.holder != holder}
            taken = _first_free(candidates, others, share)
            for number, lease in self._held.items():
                if lease.holder == holder:
                    self._held[number] = replace(lease, until=min(lease.until, now + self.grace))
            for number in (*taken, *(set(pending) - others)):
                self._held[number] = Lease(number, holder, who, now + self.seconds)
            return taken

    def forget(self, holders: Iterable[str]) -> None:
        """Gives back at once what browsers held that are gone."""
        gone = set(holders)
        with self._lock:
            self._held = {number: lease for number, lease in self._held.items() if lease.holder not in gone}
            self._present = {holder: until for holder, until in self._present.items() if holder not in gone}

    def of_others(self, holder: str) -> list[Lease]:
        """The leases that other browsers hold now."""
        with self._lock:
            self._expire(time.monotonic())
            return [lease for lease in self._held.values() if lease.holder != holder]

    def holders(self) -> list[str]:
        """The browsers that hold samples or wait for some."""
        with self._lock:
            return list(self._present)

    def _expire(self, now: float) -> None:
        self._held = {number: lease for number, lease in self._held.items() if lease.until > now}
        self._present = {holder: until for holder, until in self._present.items() if until > now}


def _share(most: int, queue_left: int, browsers: int) -> int:
    """How many samples a browser may have: never so many that a next one would get nothing while there is enough."""
    return max(1, min(most, queue_left // (2 if browsers == 1 else 4 * browsers)))


def _first_free(candidates: Iterable[int], others: set[int], most: int) -> list[int]:
    taken: list[int] = []
    for number in candidates:
        if number not in others:
            taken.append(number)
        if len(taken) == most:
            break
    return taken
