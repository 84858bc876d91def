"""A page of another origin on the same machine learns nothing from the app, and the app's own pages work."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from serving import ROOT, served, visit, wait_until
from support import row

PAGE = """<!doctype html><title>elsewhere</title><script>
async function tried(path, options) {
  try { const answer = await fetch(HOME + path, options); return answer.type + " " + await answer.text() }
  catch (error) { return "failed" }
}
function loaded(tag, path) {
  return new Promise(done => {
    const element = document.createElement(tag)
    element.onload = () => done("loaded")
    element.onerror = () => done("failed")
    element.src = HOME + path
    document.body.append(element)
  })
}
function opened() {
  return new Promise(done => {
    const wire = new WebSocket(HOME.replace("http", "ws") + "/_stcore/stream", "streamlit")
    wire.onopen = () => done("opened")
    wire.onerror = () => done("failed")
  })
}
</script><body>"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over one sample with a picture."""
    folder = tmp_path_factory.mktemp("home")
    Image.new("RGB", (64, 48), (9, 90, 200)).save(folder / "a.png")
    (folder / "set.json").write_text(json.dumps([row("What is it?", "A secret.", image="a.png")]))
    command = ["import", str(folder / "set.json"), "--workspace", str(folder / "workspace")]
    subprocess.run([sys.executable, "-m", "curation", *command], cwd=ROOT, check=True, capture_output=True)
    with served(folder / "workspace") as address:
        yield address


@pytest.fixture(scope="module")
def elsewhere(home: str) -> Iterator[str]:
    """The address of a page on another local port that attacks the app."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.replace("HOME", json.dumps(home)).encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_page_of_another_port__cannot_read_embed_frame_post_or_connect(page: Any, home: str, elsewhere: str) -> None:
    page.goto(elsewhere)
    for path in ("/about/0", "/boot", "/_stcore/host-config", "/_stcore/health"):
        assert page.evaluate("path => tried(path)", path) == "failed"
        assert page.evaluate("path => tried(path, {mode: 'no-cors'})", path) in ("failed", "opaque ")
    assert page.evaluate("tried('/evaluate', {method: 'POST', mode: 'no-cors', body: '{}'})") == "failed"
    assert page.evaluate("loaded('img', '/image/0')") == "failed"
    assert page.evaluate("loaded('script', '/about/0')") == "failed"
    assert page.evaluate("opened()") == "failed"
    page.evaluate("loaded('iframe', '/overview')")
    framed = page.frames[-1]
    assert framed.url.startswith("chrome-error:")


def test_own_pages__are_drawn_with_pictures_and_socket(page: Any, home: str, elsewhere: str) -> None:
    for path in ("overview", "review", "flags", "thresholds", "ingest"):
        visit(page, home, path)
    visit(page, home, "review")
    wait_until(page, ".w-deck img", "it?.naturalWidth === 64")
    page.goto(elsewhere)
    page.evaluate("home => { location.href = home + '/overview' }", home)
    page.wait_for_selector("h1")
