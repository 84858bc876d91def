"""Decides which requests the server answers at all, and what every answer says of itself.

A web page of another site can make a browser ask this machine: by a name of its own that it points here (DNS
rebinding), or as another origin. So the `Host` of a request has to be a name of this server, and its `Origin`, where it
has one, this very origin. It goes round the whole app, Streamlit's own routes and websocket included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from curation.app.hosts import Authority, authority
from curation.common import digits

SECURE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_FRAMES = "frame-ancestors 'none'"

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Guard:
    """ASGI middleware that refuses other names and other origins, and adds the headers of `SECURE`."""

    def __init__(self, app: ASGIApp, allowed: Callable[[], Iterable[str]] = tuple) -> None:
        self._app = app
        self._allowed = frozenset(filter(None, map(authority, allowed())))
        self._hosts = frozenset(name.host for name in self._allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it in one sentence."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = _malformed(scope) or self.refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, _secured(send))
        elif scope["type"] == "http":
            await refusal(scope, receive, _secured(send))
        elif "websocket.http.response" in scope.get("extensions", {}):
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": ""})

    def refusal(self, headers: Headers) -> Response | None:
        """The answer to a request that is not for this server or comes from another page; None for all others."""
        hosts = headers.getlist("host")
        host = authority(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return PlainTextResponse("The request names no host, or not in a form that is understood.", 400)
        if not (host.is_loopback or host.host in self._hosts):
            return PlainTextResponse(
                f"This server does not answer to the name {host.host}. "
                f"If it should, start it with --allow-host {host.host}.",
                421,
            )
        if not all(self._is_own(origin, host) for origin in headers.getlist("origin")) or _is_embedded(headers):
            return PlainTextResponse(
                "Another site's page asked for this. Open Winnow itself; behind a proxy that changes the Host header, "
                "start it with --allow-host NAME.",
                403,
            )
        return None

    def _is_own(self, origin: str, host: Authority) -> bool:
        scheme, _, address = origin.partition("://")
        default = _PORTS.get(scheme.lower())
        source = authority(address)
        if source is None or default is None:
            return False
        port = source.port or default
        same = source.host == host.host and port == (host.port or default)
        return same or any(source.host == name.host and port == (name.port or default) for name in self._allowed)


def _malformed(scope: Scope) -> Response | None:
    """The answer to an address that is not plain ASCII, which no browser sends and no route can read."""
    parts = (scope.get("raw_path") or b"", scope.get("query_string", b""))
    if all(part.isascii() for part in parts):
        return None
    return PlainTextResponse("The address is not well formed: letters beyond ASCII have to be percent-encoded.", 400)


async def failed(_request: Request, _error: Exception) -> Response:
    """Answers where the server itself failed; it comes from outside of the guard, so it brings its own headers.

    Args:
        _request: The request that failed.
        _error: The error; the server's log has it.
    """
    return PlainTextResponse("The server failed; its log says why.", 500, _headers())


async def body_within(request: Request, most_bytes: int) -> bytes | None:
    """Reads the body of a request up to a length.

    Args:
        request: The request.
        most_bytes: Longest body in bytes.
    Returns:
        The body; None as soon as it is longer, by its header or by what has come.
    """
    if (digits.whole_number(request.headers.get("content-length", "")) or 0) > most_bytes:
        return None
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > most_bytes:
            return None
    return bytes(chunks)


def _is_embedded(headers: Headers) -> bool:
    """True where a browser says that another site's page wants this as a part of itself (an image, a script)."""
    other = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return other and headers.get("sec-fetch-mode") != "navigate"


def _headers() -> dict[str, str]:
    return SECURE | {"Content-Security-Policy": NO_FRAMES, "Cache-Control": "private, no-cache"}


def _secured(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            _secure(MutableHeaders(scope=message))
        await send(message)

    return sending


def _secure(headers: MutableHeaders) -> None:
    headers.update(SECURE)
    policy = headers.get("content-security-policy")
    if policy is None:
        headers["Content-Security-Policy"] = NO_FRAMES
    elif "frame-ancestors" not in policy:
        headers["Content-Security-Policy"] = f"{policy}; {NO_FRAMES}"
    caching = headers.get("cache-control", "private, no-cache")
    headers["Cache-Control"] = re.sub(r"\bpublic\b", "private", caching, flags=re.IGNORECASE)
