"""The app in a process of its own, for tests that look at it with a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curation.common import heap

ROOT = Path(__file__).parents[1]


@contextmanager
def served(
    workspace: Path, port: int = 0, *, kill: bool = False, log_folder: Path | None = None, **environment: str
) -> Iterator[str]:
    """The address of a server over the workspace; no server may end with a traceback in its log.

    With `kill` it ends without being asked.
    """
    log_path = (log_folder or workspace.parent) / "server.log"
    port = port or free_port()
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | heap.ENVIRONMENT | {"WINNOW_WORKSPACE": str(workspace)} | environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill() if kill else process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in log_path.read_text()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def visit(page: Any, address: str, path: str) -> None:
    """Opens a page and waits until it is drawn without an error."""
    page.goto(f"{address}/{path}")
    page.wait_for_selector("h1")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert page.locator('[data-testid="stException"]').count() == 0


def wait_until(page: Any, selector: str, condition: str, **options: Any) -> None:
    """Waits until an element is there, which a page may draw anew at any time, and fulfils a condition on `it`."""
    script = f"(() => {{ const it = document.querySelector({selector!r}); return it !== null && ({condition}); }})()"
    page.wait_for_function(script, **options)


def until(page: Any, holds: Callable[[], bool], seconds: float = 15) -> None:
    """Waits for what the page comes to show, however busy the machine is."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(50)


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server did not come up.")
