"""Keys pressed in Chromium while the server is killed and started again: each arrives exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import CampaignFailedError, Row

ROOT = Path(__file__).resolve().parents[1]
ROWS = 4_000
BETWEEN_KILLS = (1.0, 4.0)
"""Seconds of pressing before the next kill."""
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
_SHOWN = "document.querySelector('.w-deck-stage')?.dataset.no ?? ''"
_ALL_STORED = "!/Saving|not stored/.test(document.querySelector('.w-deck-state')?.innerText ?? 'Saving')"
_VERDICTS = {"a": "approve", "x": "reject"}


def run(kills: int, seed: int) -> Iterator[Row]:
    """Presses keys through so many kills and compares the log with what was pressed."""
    pressed, stored, problems = press_through_kills(kills, seed)
    yield f"kills of a server while keys are pressed (seed {seed})", f"{kills:,}", "30"
    yield "  decisions pressed / stored exactly so", f"{pressed:,} / {stored:,}", "equal"
    for problem in problems[:10]:
        yield "", problem, ""
    if problems:
        raise CampaignFailedError(f"{len(problems):,} decisions lost or doubled.")


def press_through_kills(kills: int, seed: int) -> tuple[int, int, list[str]]:
    """How many samples were decided by key, how many of them stand so in the log, and what is wrong."""
    from playwright.sync_api import sync_playwright

    draw = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="winnow-browser-kills-") as place, sync_playwright() as playwright:
        folder, port = Path(place), _free_port()
        _prepare(folder)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        said: dict[str, str] = {}
        server = _serve(folder, port)
        page.goto(f"http://127.0.0.1:{port}/review")
        page.wait_for_function(f"{_SHOWN} !== ''", timeout=60_000)
        for _ in range(kills):
            _press(page, said, draw, time.monotonic() + draw.uniform(*BETWEEN_KILLS))
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            _press(page, said, draw, time.monotonic() + draw.uniform(0.0, 1.0))
            server = _serve(folder, port)
        page.wait_for_function(_ALL_STORED, timeout=120_000)
        browser.close()
        server.terminate()
        server.wait(timeout=30)
        return _compare(folder, said)


def _press(page: Any, said: dict[str, str], draw: random.Random, until: float) -> None:
    """Presses keys; one counts when the deck goes on from the sample that it was pressed on."""
    while time.monotonic() < until:
        if page.get_by_role("dialog").count():  # says that the server does not answer
            page.keyboard.press("Escape")
        number, key = page.evaluate(_SHOWN), draw.choice("aax")
        if not number:
            page.wait_for_timeout(50)
            continue
        page.keyboard.press(key)
        ended = time.monotonic() + 1.0
        while page.evaluate(_SHOWN) == number and time.monotonic() < ended:
            page.wait_for_timeout(5)
        if page.evaluate(_SHOWN) != number:
            said[number] = _VERDICTS[key]


def _compare(folder: Path, said: dict[str, str]) -> tuple[int, int, list[str]]:
    from curation.decisions import merging
    from curation.workspace import open_workspace
    from storage import samples

    workspace = open_workspace(folder / "workspace")
    keys = dict(samples.listing(workspace.store).select("key", "sample_no").iter_rows())
    log = [json.loads(line) for line in merging.log_lines(workspace)]
    workspace.close()
    standing: dict[str, list[str]] = {}
    for event in log:
        standing.setdefault(str(keys[event["key"]]), []).append(event["verdict"])
    right = sum(standing.get(number) == [verdict] for number, verdict in said.items())
    problems = [
        f"sample {number}: {verdict} was pressed, {standing.get(number)} is stored"
        for number, verdict in said.items()
        if standing.get(number) != [verdict]
    ]
    return len(said), right, problems


def _prepare(folder: Path) -> None:
    rows = [
        {
            "id": str(n),
            "conversations": [{"from": "human", "value": f"What is {n}?"}, {"from": "gpt", "value": "That."}],
        }
        for n in range(ROWS)
    ]
    (folder / "set.json").write_text(json.dumps(rows))
    words = ["import", str(folder / "set.json"), "--workspace", str(folder / "workspace")]
    subprocess.run([sys.executable, "-m", "curation", *words], cwd=ROOT, check=True, capture_output=True)


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"WINNOW_WORKSPACE": str(folder / "workspace")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return server
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("The server did not come up.")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
