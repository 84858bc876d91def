"""Makes the pictures of the documentation from the demo set: `make screenshots`, or with --out and --scheme dark."""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import winnow

ROOT = Path(__file__).resolve().parents[1]
PAGES = tuple(re.findall(r'st\.Page\("(\w+)\.py"', (ROOT / "pages" / "main.py").read_text(encoding="utf-8")))
SHOWN = ("flags", "thresholds")
"""Pages that the README shows: made unless others are named."""
SIZE = {"width": 1440, "height": 900}
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
SETTLE_SECONDS = 3.0
"""How long a page is given for pictures and canvases after it was drawn."""


def main() -> None:
    """Makes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=SHOWN, help=f"of {', '.join(PAGES)}")
    parser.add_argument("--out", type=Path, default=ROOT / "assets" / "screenshots", metavar="DIR")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder, "workspace")
        with winnow.open_workspace(workspace) as opened:
            opened.import_demo()
            opened.score()
        with _served(workspace) as address, _browser(arguments.scheme) as page:
            for name in arguments.pages:
                page.goto(f"{address}/{name}")
                page.wait_for_selector("h1")
                page.wait_for_selector(READY)
                page.wait_for_timeout(1000 * SETTLE_SECONDS)
                page.screenshot(path=arguments.out / f"{name}.png")
                print(arguments.out / f"{name}.png")


@contextmanager
def _served(workspace: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "curation", "serve", "--workspace", str(workspace), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def _browser(scheme: Any) -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, color_scheme=scheme).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(60_000)
        yield page
        browser.close()


if __name__ == "__main__":
    main()
