"""Who has which sample on the table right now, so that no two reviewers work on the same one.

Leases live in the server's memory: they are about browsers that are open now, and one server owns the workspace.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

SECONDS = 180.0
"""How long a sample stays with a browser that shows no sign of life."""


@dataclass(frozen=True)
class Lease:
    """One sample with one browser (`holder`) of one reviewer (`who`), until `until` on the monotonic clock."""

    sample_no: int
    holder: str
    who: str
    until: float


@dataclass
class Leases:
    """The leases of one server: at most one per browser and one per sample."""

    seconds: float = SECONDS
    _held: dict[int, Lease] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, holder: str, who: str, sample_no: int) -> Lease:
        """Takes or renews the sample and gives back what the browser had; returns whose it is then."""
        now = time.monotonic()
        with self._lock:
            known = self._held.get(sample_no)
            if known and known.holder != holder and known.until > now:
                return known
            self._give_back(holder)
            self._held[sample_no] = Lease(sample_no, holder, who, now + self.seconds)
            return self._held[sample_no]

    def give_back(self, holder: str) -> None:
        """Ends the browser's lease, if it has one."""
        with self._lock:
            self._give_back(holder)

    def of_others(self, holder: str) -> list[Lease]:
        """The leases that other browsers hold now."""
        now = time.monotonic()
        with self._lock:
            self._held = {number: lease for number, lease in self._held.items() if lease.until > now}
            return [lease for lease in self._held.values() if lease.holder != holder]

    def _give_back(self, holder: str) -> None:
        self._held = {number: lease for number, lease in self._held.items() if lease.holder != holder}
