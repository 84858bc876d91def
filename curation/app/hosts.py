"""Names and addresses of servers, as they stand in a `Host` header, an origin or an option."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass

from curation.common.errors import WinnowError

EVERYWHERE = ("0.0.0.0", "::")
"""Addresses to listen at that stand for all addresses of a machine."""

OPEN = "WINNOW_INSECURE_OPEN"
"""Environment variable that is "1" where somebody said that other machines may reach a server without a login."""

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::([0-9]{1,5}))?", re.IGNORECASE)


class OpenAddressError(WinnowError):
    """A server without a login would listen where other machines reach it; the message says what to do."""


@dataclass(frozen=True)
class Authority:
    """A name or address, and a port where one is named."""

    host: str
    port: int | None = None

    @property
    def is_loopback(self) -> bool:
        """True for this machine's own names.

        Names below `localhost` are left out: not every browser resolves them itself, and a DNS server may send the
        others anywhere.
        """
        if self.host == "localhost":
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address == ipaddress.IPv6Address("::1") or (address.version == 4 and address.is_loopback)


def authority(text: str) -> Authority | None:
    """Host and port of a `Host` header, an origin or an option; None for anything else."""
    match = _AUTHORITY.fullmatch(text.strip())
    if match is None:
        return None
    host, port = match[1].lower().rstrip("."), int(match[2]) if match[2] else None
    if host.startswith("["):
        try:
            host = str(ipaddress.IPv6Address(host[1:-1]))
        except ValueError:
            return None
    return Authority(host, port) if host and (port is None or 0 < port < 65536) else None


def concrete(address: str | None) -> list[str]:
    """The address a server listens at as a name to answer to; none where it listens at all of them."""
    bare = (address or "").strip().strip("[]")
    if not bare or bare in EVERYWHERE or bare.startswith("unix:"):
        return []
    return [f"[{bare}]" if ":" in bare else bare]


def is_open(address: str | None) -> bool:
    """True where a server that listens at this address can be reached from other machines."""
    bare = (address or "").strip().strip("[]")
    if bare.startswith("unix:"):
        return False
    named = authority(f"[{bare}]" if ":" in bare else bare)
    return named is None or not named.is_loopback


def refusal(address: str | None) -> str:
    """Says why a server does not start at an address.

    Args:
        address: Where it would listen; None or "" for all addresses of the machine.

    Returns:
        A sentence; "" where it starts.
    """
    if not is_open(address) or os.environ.get(OPEN) == "1":
        return ""
    return (
        f"Winnow has no login: whoever reaches {address or 'this machine'} could read and change everything. Leave the "
        "address out and let a proxy on this machine ask for a login, or say --insecure-open to listen there all the "
        f"same ({OPEN}=1 where Streamlit is started directly)."
    )
