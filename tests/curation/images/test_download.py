"""Images from the web, fetched from real servers on this machine by a resolver that the tests give."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import trustme
from PIL import Image
from support import row

from curation.images import download, internet
from curation.images.download import FetchError, Network
from curation.images.internet import Address
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from storage import flags

Write = Callable[..., Path]
PUBLIC = "93.184.215.14"
DRIP_SECONDS = 0.6


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (9, 90, 200)).save(buffer, "PNG")
    return buffer.getvalue()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Every way of answering that a test asks for by its path."""

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path, dict(self.headers)))  # type: ignore[attr-defined]
        name = self.path.strip("/").partition("?")[0].partition("/")[0]
        getattr(self, f"_{name.partition('.')[0]}", self._gone)()

    def _a(self) -> None:
        self._send(_png())

    def _page(self) -> None:
        self._send(b"<html>")

    def _gone(self) -> None:
        self.send_error(404)

    def _inside(self) -> None:
        self._lead("http://10.0.0.1/secret.png")

    def _file(self) -> None:
        self._lead("file:///etc/passwd")

    def _loop(self) -> None:
        self._lead("/loop")

    def _onward(self) -> None:
        self._lead("/a.png")

    def _huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(1 << 20):
                self.wfile.write(bytes(1 << 16))
        except OSError:
            pass

    def _announced(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 40))
        self.end_headers()

    def _bomb(self) -> None:
        packed = gzip.compress(gzip.compress(bytes(1 << 30), 1))
        self._send(packed, "gzip, gzip")

    def _packed(self) -> None:
        self._send(gzip.compress(_png()), "gzip")

    def _drip(self) -> None:
        """A byte now and then, for the head or the body, for as long as somebody listens."""
        try:
            while True:
                self.wfile.write(b"H")
                self.server.over.wait(0.02)  # type: ignore[attr-defined]
        except OSError:
            pass

    def _slowly(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_png())
        self._drip()

    def _lead(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Set-Cookie", "a=b")
        self.end_headers()

    def _send(self, data: bytes, encoding: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def __init__(self, certificates: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        if certificates:
            self.socket = certificates.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: object) -> None:
        pass  # a refused certificate is what a test wants


@pytest.fixture
def web() -> Iterator[_Server]:
    """A server that answers as its paths say."""
    with _Running(_Server()) as server:
        yield server


class _Running:
    def __init__(self, server: _Server) -> None:
        self.server = server

    def __enter__(self) -> _Server:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.over.set()
        self.server.shutdown()
        self.server.server_close()


def _here(server: _Server, **more: object) -> Network:
    """A network in which the name pictures.example, and nothing else, is this server."""

    def resolve(host: str, port: int) -> list[Address]:
        if host == "pictures.example":
            return [Address(socket.AF_INET, ("127.0.0.1", server.server_port))]
        return internet.resolve(host, port)

    return Network(resolve, lambda ip: ip == "127.0.0.1" or internet.is_public(ip), **more)  # type: ignore[arg-type]


def _kinds(workspace: Workspace) -> list[str]:
    return flags.current(workspace.store)["kind"].to_list()


def test_import__image_on_the_web__is_not_fetched_unless_asked(workspace: Workspace, llava: Write) -> None:
    report = import_file(workspace, llava([row("q", "a", image="http://pictures.example/a.png")]))
    assert report.found_by == {"remote": 1}
    assert _kinds(workspace) == ["image_remote"]


def test_import__fetch__image_is_kept(
    workspace: Workspace, llava: Write, web: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "INTERNET", _here(web))
    names = ("a.png", "a.png", "gone.png", "inside")
    rows = [row("q", "a", image=f"http://pictures.example/{name}") for name in names]
    report = import_file(workspace, llava(rows), ImportOptions(fetch=True))
    assert report.found_by == {"fetched": 2, "not_fetched": 2}
    assert len(list(workspace.kept_images.iterdir())) == 1
    assert _kinds(workspace) == ["image_not_fetched", "image_not_fetched"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/a.png", "http://169.254.169.254/latest", "http://[::1]/a.png", "http://2130706433/a.png",
        "http://0x7f.1/a.png", "http://localhost/a.png", "http://[::ffff:10.0.0.1]/", "https://10.1.2.3/",
    ],
)  # fmt: skip
def test_fetch__address_inside__is_refused(address: str) -> None:
    with pytest.raises(FetchError, match="private network"):
        download.fetch(address)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://a.example/b.png",
        "http://",
        "//a.example/b.png",
        "gopher://a.example",
        "http://[::1",
        "a",
    ],
)
def test_fetch__not_the_web__is_refused(address: str) -> None:
    with pytest.raises(FetchError, match="not an address of the web"):
        download.fetch(address)


@pytest.mark.parametrize("port", [22, 25, 1023])
def test_fetch__port_of_another_service__is_refused(port: int) -> None:
    with pytest.raises(FetchError, match=f"Port {port}"):
        download.fetch(f"http://{PUBLIC}:{port}/a.png")


@pytest.mark.parametrize(
    ("kind", "ip", "public"),
    [
        ("global", PUBLIC, True), ("global", "8.8.8.8", True), ("global", "2606:2800:21f:cb07::1", True),
        ("private", "10.0.0.1", False), ("private", "172.16.0.1", False), ("private", "192.168.1.1", False),
        ("loopback", "127.0.0.1", False), ("loopback", "::1", False), ("unspecified", "0.0.0.0", False),
        ("unspecified", "::", False), ("this network", "0.1.2.3", False), ("shared", "100.64.0.1", False),
        ("shared", "100.127.255.254", False), ("link-local", "169.254.169.254", False),
        ("link-local", "fe80::1", False), ("zone", "fe80::1%eth0", False), ("zone", "2606:2800:21f::1%1", False),
        ("multicast", "224.0.0.1", False), ("multicast", "239.1.1.1", False), ("multicast", "ff02::1", False),
        ("multicast", "ff0e::1", False), ("reserved", "240.0.0.1", False), ("broadcast", "255.255.255.255", False),
        ("protocols", "192.0.0.9", False), ("6to4 relay", "192.88.99.1", False), ("documentation", "192.0.2.1", False),
        ("benchmark", "198.18.0.1", False), ("6to4", "2002:7f00:1::", False), ("6to4", "2002:0808:0808::1", False),
        ("Teredo", "2001:0:5ef5:79fd::1", False), ("NAT64", "64:ff9b::127.0.0.1", False),
        ("NAT64", "64:ff9b::8.8.8.8", False), ("NAT64", "64:ff9b:1::10.0.0.1", False),
        ("mapped", "::ffff:127.0.0.1", False), ("mapped", "::ffff:8.8.8.8", False),
        ("translated", "::ffff:0:10.0.0.1", False), ("compatible", "::127.0.0.1", False),
        ("compatible", "::8.8.8.8", False), ("site-local", "fec0::1", False), ("unique local", "fd00::1", False),
        ("unique local", "fc00::1", False), ("discard", "100::1", False), ("documentation", "2001:db8::1", False),
        ("documentation", "3fff::1", False), ("ORCHID", "2001:20::1", False), ("SRv6", "5f00::1", False),
        ("unassigned", "4000::1", False), ("ISATAP", "2606:2800::5efe:10.0.0.1", False),
        ("ISATAP", "2606:2800::200:5efe:10.0.0.1", False), ("not an address", "pictures.example", False),
    ],
)  # fmt: skip
def test_address__only_machines_on_the_open_internet_are_public(kind: str, ip: str, public: bool) -> None:
    assert internet.is_public(ip) is public, kind


def test_fetch__name_that_is_public_at_first__is_asked_for_once_and_the_first_address_is_used(web: _Server) -> None:
    answers = [[Address(socket.AF_INET, ("127.0.0.2", web.server_port))], [Address(socket.AF_INET, ("127.0.0.1", 1))]]
    resolved: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        resolved.append(host)
        return answers[len(resolved) - 1]

    # the server listens at 127.0.0.1 only: 127.0.0.2 stands for the public address, and nobody answers there
    with pytest.raises(FetchError, match="refused"):
        download.fetch("http://rebound.example/a.png", Network(resolve, lambda ip: ip == "127.0.0.2"))
    assert resolved == ["rebound.example"]
    assert web.asked == []


def test_fetch__name_that_is_private_the_second_time__is_refused_in_the_redirect(web: _Server) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1"])

    def resolve(host: str, port: int) -> list[Address]:
        return [Address(socket.AF_INET, (next(answers), web.server_port))]

    with pytest.raises(FetchError, match="private network"):
        download.fetch("http://rebound.example/onward", Network(resolve, lambda ip: ip == "127.0.0.1"))
    assert [path for _, path, _ in web.asked] == ["/onward"]


def test_fetch__name_with_one_private_address_of_two__is_refused(web: _Server) -> None:
    addresses = [Address(socket.AF_INET, (ip, web.server_port)) for ip in ("127.0.0.1", "10.0.0.1")]
    with pytest.raises(FetchError, match="private network"):
        download.fetch("http://both.example/a.png", Network(lambda *_: addresses, lambda ip: ip == "127.0.0.1"))
    assert web.asked == []


def test_fetch__first_address_does_not_answer__the_next_one_that_was_looked_at_is_asked(web: _Server) -> None:
    addresses = [Address(socket.AF_INET, (ip, web.server_port)) for ip in ("127.0.0.2", "127.0.0.1")]
    assert download.fetch("http://both.example/a.png", Network(lambda *_: addresses, lambda _: True)) == _png()


def test_fetch__request__names_the_host_and_carries_nothing_else(web: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert download.fetch("http://me:secret@pictures.example/onward?a=1 2", _here(web)) == _png()
    assert [(host, path) for host, path, _ in web.asked] == [
        ("pictures.example", "/onward?a=1%202"), ("pictures.example", "/a.png")
    ]  # fmt: skip
    assert all(not {"Cookie", "Authorization", "Referer"} & set(headers) for _, _, headers in web.asked)


@pytest.mark.parametrize("path", ["drip", "slowly"])
def test_fetch__bytes_that_drip__end_at_the_deadline(web: _Server, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0\.6 seconds"):
        download.fetch(f"http://pictures.example/{path}", _here(web, seconds=DRIP_SECONDS))
    assert time.monotonic() - started < 5 * DRIP_SECONDS


def test_fetch__name_whose_lookup_hangs__ends_at_the_deadline_and_so_does_one_behind_too_many_of_them(
    web: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, lookups = threading.Event(), threading.BoundedSemaphore(2)
    monkeypatch.setattr(internet, "_free_lookups", lookups)

    def hanging(*_: object) -> list[Address]:
        may_end.wait(30)
        return []

    network = Network(hanging, lambda _: True, seconds=0.3)
    for _ in range(3):  # of the third, the lookup does not even begin
        began = time.monotonic()
        with pytest.raises(FetchError, match=r"It took longer than 0\.3 seconds"):
            download.fetch("http://slow.example/a.png", network)
        assert time.monotonic() - began < 2
    may_end.set()
    assert all(lookups.acquire(timeout=5) for _ in range(2))  # what was given up ended too
    for _ in range(2):
        lookups.release()
    addresses = [Address(socket.AF_INET, ("127.0.0.1", web.server_port))]
    assert download.fetch("http://quick.example/a.png", Network(lambda *_: addresses, lambda _: True)) == _png()


def test_fetch__handshake_that_never_ends__ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        network = Network(lambda *_: [Address(socket.AF_INET, silent.getsockname())], lambda _: True, seconds=0.3)
        with pytest.raises(FetchError, match="longer than"):
            download.fetch("https://pictures.example/a.png", network)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("loop", "redirected more than 5 times"),
        ("inside", "private network"),
        ("file", "not an address of the web"),
        ("page.html", "not an image"),
        ("gone.png", "404"),
    ],
)
def test_fetch__answer_that_is_no_image__is_named(web: _Server, path: str, why: str) -> None:
    with pytest.raises(FetchError, match=why):
        download.fetch(f"http://pictures.example/{path}", _here(web))
    assert len(web.asked) <= download.MOST_REDIRECTS + 1


@pytest.mark.parametrize("path", ["huge", "announced", "bomb"])
def test_fetch__too_large__is_dropped_while_it_comes(web: _Server, path: str) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(FetchError, match="larger than 1 MB"):
        download.fetch(f"http://pictures.example/{path}", _here(web, largest_bytes=1 << 20))
    assert psutil.Process().memory_info().rss - before < 100 << 20


def test_fetch__packed_image__is_unpacked(web: _Server) -> None:
    assert download.fetch("http://pictures.example/packed.png", _here(web)) == _png()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize(("issued_to", "works"), [("pictures.example", True), ("other.example", False)])
def test_fetch__tls__name_is_checked_although_the_address_is_pinned(
    authority: trustme.CA, issued_to: str, works: bool
) -> None:
    serving, asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(issued_to).configure_cert(serving)
    authority.configure_trust(asking)
    names: list[str | None] = []
    serving.sni_callback = lambda _wire, name, _context: names.append(name)
    with _Running(_Server(serving)) as server:
        network = _here(server, certificates=asking)
        if works:
            assert download.fetch("https://pictures.example/a.png", network) == _png()
        else:
            with pytest.raises(FetchError, match="certificate verify failed"):
                download.fetch("https://pictures.example/a.png", network)
    assert names == ["pictures.example"]
