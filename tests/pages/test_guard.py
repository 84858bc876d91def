"""Which requests a running server answers, asked over plain sockets as any program can."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from PIL import Image
from serving import ROOT, free_port, served
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient
from support import row

from curation.app import hosts
from curation.app.hosts import authority, concrete
from pages.guard import Guard, failed
from pages.routes import MOST_BYTES

OWN = ("/boot", "/thumb/0", "/image/0", "/about/0", "/download/1", "/points/map_images", "/members/map_images")
STREAMLITS = (
    "/",
    "/flags",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/media/x.png",
    "/manifest.json",
)
SOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Where a server listens that has one sample, and is allowed to be called data.example."""
    folder = tmp_path_factory.mktemp("guarded")
    Image.new("RGB", (64, 48), (9, 90, 200)).save(folder / "a.png")
    (folder / "set.json").write_text(json.dumps([row("What is it?", "A secret.", image="a.png")]))
    command = ["import", str(folder / "set.json"), "--workspace", str(folder / "workspace")]
    subprocess.run([sys.executable, "-m", "curation", *command], cwd=ROOT, check=True, capture_output=True)
    with served(folder / "workspace", WINNOW_ALLOWED_HOSTS="data.example proxy.example:8443") as address:
        parts = urlsplit(address)
        yield str(parts.hostname), int(parts.port or 0)


def _ask(server: tuple[str, int], path: str, *headers: str, method: str = "GET", body: bytes = b"") -> tuple[int, str]:
    """The status of an answer, and all of it."""
    with socket.create_connection(server, timeout=20) as wire:
        lines = [f"{method} {path} HTTP/1.1", *headers]
        if not any(line.startswith("Connection:") for line in headers):
            lines.append("Connection: close")
        wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
            if answer.startswith(b"HTTP/1.1 101"):
                break
    return int(answer.split(b" ", 2)[1]), answer.decode("utf-8", "replace")


@pytest.mark.parametrize("path", OWN + STREAMLITS)
def test_host__name_that_points_here__is_refused_and_the_option_is_named(server: tuple[str, int], path: str) -> None:
    status, answer = _ask(server, path, "Host: evil.example:8501")
    assert status == 421
    assert answer.endswith("start it with --allow-host evil.example.")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:{}", "localhost:{}", "LOCALHOST.", "[::1]:{}", "127.9.9.9", "data.example", "data.example:99"],
)
def test_host__own_and_allowed_names__are_answered(server: tuple[str, int], host: str) -> None:
    assert _ask(server, "/about/0", f"Host: {host.format(server[1])}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: a.localhost",),
        ("Host: 192.168.1.1",),
        ("Host: data.example.evil.example",),
        ("Host: localhost@evil.example",),
        ("Host: [::1",),
        ("Host: [::ffff:127.0.0.1]",),
        ("Host: localhost:x",),
        ("Host: 0.0.0.0",),
        ("Host: localhost", "Host: evil.example"),
        ("Host: ",),
    ],
)
def test_host__anything_else__is_refused(server: tuple[str, int], headers: tuple[str, ...]) -> None:
    status, answer = _ask(server, "/about/0", *headers)
    assert status in (400, 421)
    assert "secret" not in answer


@pytest.mark.parametrize("path", OWN + STREAMLITS)
@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://evil.example", "null", "https://127.0.0.1:{}x"])
def test_origin__other_page__is_refused(server: tuple[str, int], path: str, origin: str) -> None:
    status, answer = _ask(server, path, f"Host: 127.0.0.1:{server[1]}", f"Origin: {origin.format(server[1])}")
    assert (status, answer.splitlines()[-1].partition(".")[0]) == (403, "Another site's page asked for this")


def test_origin__other_page_posts__nothing_is_computed(server: tuple[str, int]) -> None:
    body = b'{"cuts": [], "flags": [], "scope": {}}'
    headers = (f"Host: 127.0.0.1:{server[1]}", f"Content-Length: {len(body)}", "Content-Type: text/plain")
    assert _ask(server, "/evaluate", *headers, method="POST", body=body)[0] == 200
    assert _ask(server, "/evaluate", *headers, "Origin: http://127.0.0.1:1", method="POST", body=body)[0] == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{}", "http://127.0.0.1:{}", 200),
        ("data.example", "http://data.example", 200),
        ("data.example", "https://data.example:443", 200),
        ("127.0.0.1:{}", "https://proxy.example:8443", 200),
        ("127.0.0.1:{}", "https://proxy.example", 403),
        ("data.example", "http://data.example:81", 403),
        ("localhost:{}", "http://127.0.0.1:{}", 403),
    ],
)
def test_origin__own_or_allowed(server: tuple[str, int], host: str, origin: str, status: int) -> None:
    port = server[1]
    assert _ask(server, "/about/0", f"Host: {host.format(port)}", f"Origin: {origin.format(port)}")[0] == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_picture_in_another_sites_page__is_refused_but_a_link_is_followed(server: tuple[str, int], site: str) -> None:
    headers = (f"Host: localhost:{server[1]}", f"Sec-Fetch-Site: {site}")
    assert _ask(server, "/image/0", *headers, "Sec-Fetch-Mode: no-cors")[0] == 403
    assert _ask(server, "/flags", *headers, "Sec-Fetch-Mode: navigate")[0] == 200


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{}", "http://127.0.0.1:{}", 101),
        ("data.example", "https://data.example", 101),
        ("evil.example", "http://evil.example", 421),
        ("127.0.0.1:{}", "http://127.0.0.1:1", 403),
        ("localhost:{}", "http://localhost:1", 403),
        ("127.0.0.1:{}", "null", 403),
    ],
)
def test_websocket__only_the_servers_own_pages_are_let_in(
    server: tuple[str, int], host: str, origin: str, status: int
) -> None:
    headers = (f"Host: {host.format(server[1])}", f"Origin: {origin.format(server[1])}")
    assert _ask(server, "/_stcore/stream", *headers, *SOCKET)[0] == status


@pytest.mark.parametrize("path", [*OWN, *STREAMLITS, "/nowhere/at/all", "/..%2f..%2fetc", "/static/nothing.js"])
def test_every_answer__has_the_headers_and_is_not_public(server: tuple[str, int], path: str) -> None:
    head = _ask(server, path, f"Host: localhost:{server[1]}")[1].partition("\r\n\r\n")[0].lower()
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert lines["x-content-type-options"] == "nosniff"
    assert lines["referrer-policy"] == "no-referrer"
    assert lines["x-frame-options"] == "deny"
    assert "frame-ancestors 'none'" in lines["content-security-policy"]
    assert "public" not in lines["cache-control"]


def test_failure_of_the_server__has_the_headers_too() -> None:
    def broken(_request: object) -> None:
        raise RuntimeError("no")

    app = Starlette(routes=[Route("/", broken)], middleware=[Middleware(Guard)], exception_handlers={500: failed})
    answer = TestClient(app, "http://localhost", raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.headers["x-frame-options"]) == (500, "DENY")


def test_evaluate__length_that_is_too_long__is_refused_before_the_body_comes(server: tuple[str, int]) -> None:
    headers = (f"Host: localhost:{server[1]}", f"Content-Length: {600 << 20}")
    status, answer = _ask(server, "/evaluate", *headers, method="POST")
    assert (status, answer.splitlines()[-1]) == (413, f"The question is longer than {MOST_BYTES:,} bytes.")


def test_evaluate__endless_chunks__are_refused_while_they_come(server: tuple[str, int]) -> None:
    process = next(one for one in psutil.Process().children(recursive=True) if f"{server[1]}" in one.cmdline())
    before = process.memory_info().rss
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    sent = 0
    with socket.create_connection(server, timeout=20) as wire:
        head = f"POST /evaluate HTTP/1.1\r\nHost: localhost:{server[1]}\r\nTransfer-Encoding: chunked\r\n\r\n"
        wire.sendall(head.encode())
        answers: list[bytes] = []
        reader = threading.Thread(target=lambda: answers.append(wire.recv(65536)))
        reader.start()
        while reader.is_alive() and sent < 300 << 20:
            try:
                wire.sendall(chunk)
            except OSError:
                break
            sent += len(chunk)
        reader.join()
    assert answers[0].startswith(b"HTTP/1.1 413")
    assert sent < 100 << 20
    assert process.memory_info().rss - before < 50 << 20


@pytest.mark.parametrize(
    ("address", "names"),
    [("0.0.0.0", []), ("::", []), ("", []), (None, []), ("10.0.0.5", ["10.0.0.5"]), ("fd00::1", ["[fd00::1]"])],
)
def test_address_to_listen_at__is_a_name_only_if_it_is_one_address(address: str | None, names: list[str]) -> None:
    assert concrete(address) == names
    guard = Guard(Starlette(), lambda: names)
    assert all(guard.refusal(Headers({"host": f"{name}:8501"})) is None for name in names)


@pytest.mark.parametrize(
    "text", ["http://data.example", "*", "a b", "data.example/x", "[fd00::1", ":80", "a:0", "a:70000"]
)
def test_authority__what_is_no_host__is_none(text: str) -> None:
    assert authority(text) is None


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]", "unix:/run/winnow.sock"])
def test_server__of_this_machine_only__starts_without_a_word(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(hosts.OPEN, raising=False)
    assert hosts.refusal(address) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", None, "10.0.0.5", "fd00::1", "data.example"])
def test_server__that_other_machines_reach__starts_only_where_somebody_said_so(
    address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(hosts.OPEN, raising=False)
    assert "--insecure-open" in hosts.refusal(address)
    monkeypatch.setenv(hosts.OPEN, "1")
    assert hosts.refusal(address) == ""


def test_server__started_by_streamlit_itself_at_an_open_address__ends_with_the_reason(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
    command += ["--server.port", str(free_port())]
    environment = os.environ | {"WINNOW_WORKSPACE": str(tmp_path / "workspace"), hosts.OPEN: ""}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "error: Winnow has no login" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "workspace").exists()
