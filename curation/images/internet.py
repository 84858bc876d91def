"""Addresses of the open internet, and connections to one of them that end at a given moment."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

CONNECT_SECONDS = 5.0
LOOKUPS = 32
"""Names that are looked up at the same time, those included that nobody waits for any more."""

_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address within
            "3fff::/20",  # documentation
        ),
    )
)
_free_lookups = threading.BoundedSemaphore(LOOKUPS)
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


@dataclass(frozen=True)
class Address:
    """One address of a name, as the system's resolver gives it."""

    family: int
    sockaddr: tuple[object, ...]

    @property
    def ip(self) -> str:
        """The address in writing."""
        return str(self.sockaddr[0])


def resolve(host: str, port: int) -> list[Address]:
    """Looks up the addresses of a name.

    Args:
        host: The name.
        port: The port of the addresses.

    Returns:
        The addresses, in the order of the system.

    Raises:
        OSError: There are none.
        UnicodeError: It is no name.
    """
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [Address(family, tuple(sockaddr)) for family, _, _, _, sockaddr in rows]


def resolved(
    resolve: Callable[[str, int], Sequence[Address]], host: str, port: int, deadline: float
) -> Sequence[Address]:
    """Looks up the addresses of a name until the deadline; the system's resolver itself knows none.

    A lookup that takes longer goes on in a thread that nobody waits for; of those there are LOOKUPS at most.

    Args:
        resolve: Looks a name up.
        host: The name.
        port: The port of the addresses.
        deadline: A moment of `time.monotonic`.

    Returns:
        The addresses.

    Raises:
        OSError: There are none, or not in time (TimeoutError).
        UnicodeError: It is no name.
    """
    answers: queue.SimpleQueue[Sequence[Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except Exception as error:  # raised where the answer is waited for
            answers.put(error)
        finally:
            _free_lookups.release()

    if not _free_lookups.acquire(timeout=max(deadline - time.monotonic(), 0)):
        raise TimeoutError("the lookups of other names have not ended")
    threading.Thread(target=look_up, name="winnow-lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=max(deadline - time.monotonic(), 0))
    except queue.Empty:
        raise TimeoutError("the name was not looked up in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def is_public(address: str) -> bool:
    """True for an address of one machine on the open internet.

    Of IPv6 that is global unicast only, without the kinds that carry an IPv4 address (6to4, Teredo, NAT64, mapped,
    compatible, ISATAP), as the gateway behind them may lead to a private one, and without a zone.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if "%" in address or any(ip in network for network in _SPECIAL):
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _UNICAST and ip.is_global and (int(ip) >> 32) & 0xFFFF_FFFF not in _ISATAP
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


@contextmanager
def connected(addresses: Sequence[Address], deadline: float) -> Iterator[socket.socket]:
    """A connection to the first of the addresses that answers, cut at the deadline whatever it is used for by then.

    A timeout of the socket alone would not do: it begins anew with each byte.

    Args:
        addresses: where to connect to, in this order.
        deadline: a moment of `time.monotonic`.

    Raises:
        OSError: none of them answers in time.
    """
    wire = _connect(addresses, deadline)
    handle = wire.dup()  # TLS takes the socket over; the copy stays
    watch = threading.Timer(max(deadline - time.monotonic(), 0), _cut, (handle,))
    watch.daemon = True
    watch.start()
    try:
        yield wire
    finally:
        watch.cancel()
        watch.join()
        handle.close()
        wire.close()


def _connect(addresses: Sequence[Address], deadline: float) -> socket.socket:
    failure: OSError = TimeoutError("there is no answer")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        wire = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            wire.settimeout(min(left, CONNECT_SECONDS))
            wire.connect(address.sockaddr)
            wire.settimeout(max(deadline - time.monotonic(), 0.001))
            return wire
        except OSError as error:
            wire.close()
            failure = error
    raise failure


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
