"""Who has which samples on the table right now, so that no two reviewers work on the same one.

Leases live in the server's memory: they are about browsers that are open now, and one server owns the workspace.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

SECONDS = 180.0
"""How long the sample on the table stays with a browser that shows no sign of life."""
AHEAD_SECONDS = 6.0
"""How long the samples after it are safe from a browser that finds nothing else; longer where much else is free."""
KEYS_A_SECOND = 10.0
"""The pace of the fastest reviewers: what is free lasts the others so long at least."""
GRACE = 5.0
"""How long a sample stays with a browser after its share got smaller: the browser may be on its way to it."""


@dataclass(frozen=True)
class Lease:
    """One sample with one browser (`holder`) of one reviewer (`who`), until `until` on the monotonic clock.

    After `firm_until` it goes to a browser that finds no other sample.
    """

    sample_no: int
    holder: str
    who: str
    until: float
    firm_until: float


@dataclass
class Leases:
    """The leases of one server: at most one per sample."""

    seconds: float = SECONDS
    ahead_seconds: float = AHEAD_SECONDS
    grace: float = GRACE
    _leases: dict[int, Lease] = field(default_factory=dict)
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
            The samples taken, the first of them firmly. Where all are with others, it is one that an idle browser had
            ahead. What the browser held before and did not take again is free after `GRACE`.
        """
        now = time.monotonic()
        with self._lock:
            self._expire(now)
            self._present[holder] = now + self.seconds
            share = _share(most, queue_left, len(self._present))
            others = {number: lease for number, lease in self._leases.items() if lease.holder != holder}
            granted = _first_free(candidates, others, share, now)
            for number, lease in self._leases.items():
                if lease.holder == holder:
                    until = min(lease.until, now + self.grace)
                    self._leases[number] = replace(lease, until=until, firm_until=until)
            firm_until = now + self._firm_seconds(queue_left - len(granted))
            for position, number in enumerate(granted):
                end = now + self.seconds
                self._leases[number] = Lease(number, holder, who, end, end if position == 0 else firm_until)
            for number in set(pending) - others.keys():
                self._leases[number] = Lease(number, holder, who, now + self.seconds, now + self.seconds)
            return granted

    def safe_seconds(self, holder: str, numbers: Iterable[int]) -> float:
        """Says how long samples that a browser holds are still safe from others.

        Args:
            holder: The browser.
            numbers: Its samples.

        Returns:
            Seconds until the first of them is not safe any more, 0 where the browser holds none.
        """
        now = time.monotonic()
        with self._lock:
            leases = [self._leases.get(number) for number in numbers]
        return max(
            0.0, min((lease.firm_until for lease in leases if lease and lease.holder == holder), default=now) - now
        )

    def out_of_reach(self, holder: str) -> set[int]:
        """The samples that the browser cannot be given now."""
        now = time.monotonic()
        return {lease.sample_no for lease in self.of_others(holder) if lease.firm_until > now}

    def stay(self, holder: str, sample_no: int) -> bool:
        """Notes that somebody looks at a sample.

        Args:
            holder: The browser.
            sample_no: Number of the sample.

        Returns:
            False when the browser does not hold the sample any more.
        """
        now = time.monotonic()
        with self._lock:
            self._expire(now)
            on_table = self._leases.get(sample_no)
            if on_table is None or on_table.holder != holder:
                return False
            end = now + self.seconds
            self._present[holder] = end
            self._leases[sample_no] = replace(on_table, until=end, firm_until=end)
            return True

    def forget(self, holders: Iterable[str]) -> None:
        """Gives back at once what browsers held that are gone."""
        gone = set(holders)
        with self._lock:
            self._leases = {number: lease for number, lease in self._leases.items() if lease.holder not in gone}
            self._present = {holder: until for holder, until in self._present.items() if holder not in gone}

    def of_others(self, holder: str) -> list[Lease]:
        """The leases that other browsers hold now."""
        with self._lock:
            self._expire(time.monotonic())
            return [lease for lease in self._leases.values() if lease.holder != holder]

    def holders(self) -> list[str]:
        """The browsers that hold samples or wait for some."""
        with self._lock:
            return list(self._present)

    def _firm_seconds(self, others_left: int) -> float:
        """The others do not need a browser's samples before they decided what is free."""
        lasting = (others_left - len(self._leases)) / (KEYS_A_SECOND * len(self._present))
        return min(self.seconds, max(self.ahead_seconds, lasting))

    def _expire(self, now: float) -> None:
        self._leases = {number: lease for number, lease in self._leases.items() if lease.until > now}
        self._present = {holder: until for holder, until in self._present.items() if until > now}


def _share(most: int, queue_left: int, browsers: int) -> int:
    """How many samples a browser may have: never so many that a next one would get nothing while there is enough."""
    return max(1, min(most, queue_left // (2 if browsers == 1 else 4 * browsers)))


def _first_free(candidates: Iterable[int], others: Mapping[int, Lease], most: int, now: float) -> list[int]:
    free: list[int] = []
    spare: list[int] = []
    for number in candidates:
        if number not in others:
            free.append(number)
        elif others[number].firm_until <= now:
            spare.append(number)
        if len(free) == most:
            break
    return free or spare[:1]
