"""Fetches images from the web, only when a person asks for it: limited in size and time, and never from inside.

A dataset names the addresses, so it must not make this machine look around in its own network: a name is resolved
once, each of its addresses has to be one of the open internet, and the connection goes to the very address that was
looked at. Every redirect is looked at in the same way. There are no proxies, no cookies and no credentials.
"""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import urllib3
from urllib3.util import Url, parse_url

from curation.common import digits
from curation.common.errors import WinnowError
from curation.images import inline, internet
from curation.images.inline import KeepPicture
from curation.images.internet import Address
from scoring.damage import raise_machine_error

LARGEST_BYTES = 64 << 20
SECONDS = 20.0
"""How long one image may take, from its name to its last byte, redirects included."""
MOST_REDIRECTS = 5
THREADS = 8

_CHUNK = 1 << 16
_FIRST_FREE_PORT = 1024
"""Ports below it belong to services of the system."""
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "winnow", "Accept": "image/*", "Accept-Encoding": "identity"}


class FetchError(WinnowError):
    """The image could not be fetched; the message says why."""


@dataclass(frozen=True)
class Network:
    """How names become addresses, which addresses may be asked, and how long and how much they may answer."""

    resolve: Callable[[str, int], Sequence[Address]] = internet.resolve
    is_public: Callable[[str], bool] = internet.is_public
    largest_bytes: int = LARGEST_BYTES
    seconds: float = SECONDS
    certificates: ssl.SSLContext | None = None


INTERNET = Network()


def fetch(url: str, network: Network | None = None) -> bytes:
    """The image at an address of the web.

    Raises:
        FetchError: it is no address of the open internet, or no image comes from it in time and size.
    """
    network = network or INTERNET
    deadline = time.monotonic() + network.seconds
    for _ in range(MOST_REDIRECTS + 1):
        target = _target(url)
        with _answer(target, network, deadline) as answer:
            onward = answer.headers.get("Location") if answer.status in _REDIRECTS else None
            if onward is None:
                return _image(answer, network.largest_bytes)
        url = urljoin(target.url, onward)
    raise FetchError(f"It is redirected more than {MOST_REDIRECTS} times.")


def fetch_all(urls: Sequence[str], keep: KeepPicture) -> dict[str, str | FetchError]:
    """Fetches images, several at a time.

    Args:
        urls: Web addresses.
        keep: Stores the bytes of each.

    Returns:
        What `keep` returned for each address, or why it could not be fetched.
    """

    def fetch_one(url: str) -> str | FetchError:
        try:
            data = fetch(url)
        except FetchError as error:
            return error
        return keep(data, inline.extension_of(data))

    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(urls, pool.map(fetch_one, urls), strict=True))


def _target(url: str) -> Url:
    """The parts of an address; other services than the web's have the other ports below that of free ones."""
    try:
        target = parse_url(url)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise FetchError("It is not an address of the web.") from error
    if target.scheme not in _PORTS or not target.hostname:
        raise FetchError("It is not an address of the web.")
    if target.port is not None and target.port < _FIRST_FREE_PORT and target.port not in _PORTS.values():
        raise FetchError(f"Port {target.port} is not one of the web.")
    return target


def _addresses(host: str, port: int, network: Network, deadline: float) -> Sequence[Address]:
    try:
        addresses = internet.resolved(network.resolve, host, port, deadline)
    except TimeoutError as error:
        raise FetchError(f"It took longer than {network.seconds:g} seconds.") from error
    except (OSError, UnicodeError) as error:
        raise_machine_error(error)
        raise FetchError(f"There is no such machine as {host}.") from error
    if not addresses or not all(network.is_public(address.ip) for address in addresses):
        raise FetchError("The address leads into a private network.")
    return addresses


@contextmanager
def _answer(target: Url, network: Network, deadline: float) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer of the machine that was looked at; whatever goes wrong on the way is a FetchError."""
    host, port = str(target.hostname).strip("[]"), target.port or _PORTS[str(target.scheme)]
    addresses = _addresses(host, port, network, deadline)
    try:
        with internet.connected(addresses, deadline) as wire:
            connection = _connection(target, host, port, network)
            connection.wire = wire
            try:
                connection.request("GET", target.request_uri, headers=_HEADERS, preload_content=False)
                yield connection.getresponse()
            finally:
                connection.close()
        if time.monotonic() >= deadline:  # a body of unknown length looks whole where it was cut
            raise TimeoutError
    except FetchError:
        raise
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        raise_machine_error(error)
        if time.monotonic() >= deadline:
            raise FetchError(f"It took longer than {network.seconds:g} seconds.") from error
        raise FetchError(f"It could not be fetched: {error}.") from error


class _Pinned:
    """Speaks over a connection that is there already, under the name that was asked for (Host header, TLS)."""

    wire: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.wire


class _PinnedHTTP(_Pinned, urllib3.connection.HTTPConnection):
    pass


class _PinnedHTTPS(_Pinned, urllib3.connection.HTTPSConnection):
    pass


def _connection(target: Url, host: str, port: int, network: Network) -> _PinnedHTTP | _PinnedHTTPS:
    if target.scheme == "http":
        return _PinnedHTTP(host, port, timeout=network.seconds)
    return _PinnedHTTPS(host, port, timeout=network.seconds, ssl_context=network.certificates or _certificates())


@functools.cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def _image(answer: urllib3.BaseHTTPResponse, largest_bytes: int) -> bytes:
    """The body, unpacked piece by piece so that it is dropped as soon as it is too large."""
    if answer.status != 200:
        raise FetchError(f"It could not be fetched: the server answers {answer.status}.")
    too_large = FetchError(f"It is larger than {largest_bytes >> 20} MB.")
    if (digits.whole_number(answer.headers.get("Content-Length", "")) or 0) > largest_bytes:
        raise too_large
    data = bytearray()
    for chunk in answer.stream(_CHUNK, decode_content=True):
        data += chunk
        if len(data) > largest_bytes:
            raise too_large
    if inline.extension_of(bytes(data[:64])) == "bin":
        raise FetchError("What lies there is not an image.")
    return bytes(data)
