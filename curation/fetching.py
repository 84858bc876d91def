"""Fetches images from the web, only when a person asks for it: limited in size and time, and never from inside.

An address that leads into a private network is refused, so that a dataset cannot make the server look around there.
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from curation import embedded
from curation.embedded import Keep

LARGEST_BYTES = 64 << 20
SECONDS = 20
THREADS = 8


class FetchError(Exception):
    """The image could not be fetched; the message says why."""


def fetch(url: str) -> bytes:
    """The image at an address of the web. Raises FetchError."""
    _check(url)
    request = urllib.request.Request(url, headers={"User-Agent": "winnow", "Accept": "image/*"})
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            data: bytes = answer.read(LARGEST_BYTES + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise FetchError(f"It could not be fetched: {getattr(error, 'reason', error)}.") from error
    if len(data) > LARGEST_BYTES:
        raise FetchError(f"It is larger than {LARGEST_BYTES >> 20} MB.")
    if embedded.extension_of(data) == "bin":
        raise FetchError("What lies there is not an image.")
    return data


def fetch_all(urls: Sequence[str], keep: Keep) -> dict[str, str | FetchError]:
    """What `keep` returned for each address, or why it could not be fetched."""

    def one(url: str) -> str | FetchError:
        try:
            data = fetch(url)
        except FetchError as error:
            return error
        return keep(data, embedded.extension_of(data))

    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(urls, pool.map(one, urls), strict=True))


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("It is not an address of the web.")
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"There is no such machine as {parts.hostname}.") from error
    if not all(is_public(str(place[4][0])) for place in found):
        raise FetchError("The address leads into a private network.")


def is_public(address: str) -> bool:
    """True for an address of the open internet."""
    return ipaddress.ip_address(address.partition("%")[0]).is_global


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Looks at every address that an answer leads on to."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Checks the new address before it is asked."""
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_opener = urllib.request.build_opener(_Redirects)
