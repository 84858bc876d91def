from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import row

from curation import fetching
from curation.fetching import FetchError
from curation.importing import import_file
from curation.workspace import Workspace
from storage import flags

Write = Callable[..., Path]


@pytest.fixture
def web(tmp_path: Path, photo: Write) -> Iterator[str]:
    """The address of a server over the folder of photos."""
    photo("a.png")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "images"))  # type: ignore[arg-type]

        def do_GET(self) -> None:
            if self.path == "/inside":
                self.send_response(302)
                self.send_header("Location", "http://10.0.0.1/secret.png")
                self.end_headers()
                return
            super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _kinds(workspace: Workspace) -> list[str]:
    return flags.current(workspace.store)["kind"].to_list()


def test_import__image_on_the_web__is_not_fetched_unless_asked(workspace: Workspace, llava: Write, web: str) -> None:
    report = import_file(workspace, llava([row("q", "a", image=f"{web}/a.png")]))
    assert report.found_by == {"remote": 1}
    assert _kinds(workspace) == ["image_remote"]


def test_import__fetch__image_is_kept(
    workspace: Workspace, llava: Write, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    rows = [row("q", "a", image=f"{web}/{name}") for name in ("a.png", "a.png", "gone.png", "inside")]
    report = import_file(workspace, llava(rows), fetch=True)
    assert report.found_by == {"fetched": 2, "not_fetched": 2}
    assert len(list(workspace.kept_images.iterdir())) == 1
    assert _kinds(workspace) == ["image_not_fetched", "image_not_fetched"]


@pytest.mark.parametrize("address", ["http://127.0.0.1/a.png", "http://169.254.169.254/latest", "http://[::1]/a.png"])
def test_fetch__address_inside__is_refused(address: str) -> None:
    with pytest.raises(FetchError, match="private network"):
        fetching.fetch(address)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/b.png", "http://"])
def test_fetch__not_the_web__is_refused(address: str) -> None:
    with pytest.raises(FetchError, match="not an address of the web"):
        fetching.fetch(address)


def test_fetch__not_an_image__is_refused(web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    (tmp_path / "images" / "page.html").write_text("<html>")
    with pytest.raises(FetchError, match="not an image"):
        fetching.fetch(f"{web}/page.html")


def test_fetch__too_large__is_refused(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    monkeypatch.setattr(fetching, "LARGEST_BYTES", 100)
    with pytest.raises(FetchError, match="larger than"):
        fetching.fetch(f"{web}/a.png")
