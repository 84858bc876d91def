"""A long day of reviewing in Chromium: what the server's memory and the time of a key press come to.

Keys are pressed on the Review page of a real server, one as soon as the last one has its effect; between them people
search and change pages. `--presses` says how many (20,000 unless told).
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import CampaignFailedError, Row

PRESSES = int(os.environ.get("WINNOW_BENCH_PRESSES", "20000"))
WARM = 1000
"""Presses after which the level is taken."""
LIMIT = 50 * 2**20
"""Bytes that the server may have grown by at the end since then."""
SEED = 11
PATIENCE = 5
"""Seconds after which a press counts as one without effect, and the page is opened anew."""
CHANGE_EVERY = 200
"""Presses between one change of the page, or one search, and the next."""
KEYS = {"a": 20, "x": 10, "l": 1, "ArrowRight": 6, "ArrowLeft": 1, "u": 2}
"""How often each key is pressed, of forty presses."""
WORDS = "dog cat table street man kite train boat pizza clock zebra bench".split()
PAGES = ("overview", "map", "thresholds", "flags", "runs")
ROOT = Path(__file__).resolve().parents[1]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
_SHOWN = "document.querySelector('.w-deck-stage').dataset.no"
_SAVED = "!document.querySelector('.w-deck-state').innerText.startsWith('Saving')"


@dataclass
class Figures:
    """What was measured: bytes of the server by number of presses, seconds of each press and of the whole."""

    memory: dict[int, int] = field(default_factory=dict)
    presses: list[float] = field(default_factory=list)
    without_effect: int = 0
    seconds: float = 0.0

    @property
    def growth(self) -> int:
        """Bytes from the first level to the last."""
        return self.memory[max(self.memory)] - self.memory[min(self.memory)]


def run() -> Iterator[Row]:
    """Presses, and prints the memory at the first level and at the end."""
    with tempfile.TemporaryDirectory() as folder, _chromium() as browser:
        figures = campaign(browser, Path(folder), PRESSES, min(WARM, PRESSES // 2), SEED)
    for presses, size in figures.memory.items():
        yield f"memory of the server after {presses:,} presses", f"{size / 2**20:,.0f} MB", ""
    yield "growth since the first of these", f"{figures.growth / 2**20:,.0f} MB", f"at most {LIMIT / 2**20:.0f} MB"
    times = sorted(1000 * one for one in figures.presses)
    late = f"{times[int(0.99 * len(times))]:,.0f}, worst {times[-1]:,.0f}"
    yield "from a press to its effect, median (99 %, worst)", f"{statistics.median(times):,.0f} ms ({late})", ""
    yield f"presses without effect in {PATIENCE} s", f"{figures.without_effect}", "0"
    yield f"{PRESSES:,} presses, seed {SEED}", f"{figures.seconds:,.0f} s", ""
    if figures.growth > LIMIT or figures.without_effect:
        raise CampaignFailedError("memory grew, or presses had no effect.")


def campaign(browser: Any, folder: Path, presses: int, warm: int, seed: int) -> Figures:
    """Builds a workspace, serves it and presses keys; `warm` is the number after which the first level is taken."""
    sys.path.insert(0, str(ROOT / "tests"))
    import generator
    import serving

    generator.build(folder / "workspace", max(presses, 2000), decided=False)
    figures, draw = Figures(), random.Random(seed)
    levels = {warm, presses, *range(warm, presses, max(presses // 10, 1))}
    with serving.served(folder / "workspace") as address:
        server = _server()
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        _visit(page, f"{address}/review", ".w-deck-talk")
        started = time.perf_counter()
        for number in range(1, presses + 1):
            taken = _press(page, draw.choices(list(KEYS), list(KEYS.values()))[0])
            if taken is None:
                figures.without_effect += 1
                _visit(page, f"{address}/review", ".w-deck-talk")
            else:
                figures.presses.append(taken)
            if number % CHANGE_EVERY == 0:
                _change(page, address, draw)
            if number in levels:
                figures.memory[number] = server.memory_info().rss
                print(f"  {number:>7,} {figures.memory[number] / 2**20:,.0f} MB", file=sys.stderr, flush=True)
        figures.seconds = time.perf_counter() - started
        page.context.close()
    return figures


def _press(page: Any, key: str) -> float | None:
    """Seconds until the key has put another sample on the table, None where it never does.

    What takes back is not waited for.
    """
    from playwright.sync_api import TimeoutError as NoEffect

    before = page.evaluate(_SHOWN)
    began = time.perf_counter()
    page.keyboard.press(key)
    if key not in ("u", "ArrowLeft"):
        moved = f"{_SHOWN} !== {before!r} && {_SHOWN} !== ''"
        try:
            page.wait_for_function(moved, polling=20, timeout=1000 * PATIENCE)
        except NoEffect:
            state = page.evaluate("document.querySelector('.w-deck').innerText.slice(0, 200)")
            print(f"  no effect: {key} on {before!r}: {state!r}", file=sys.stderr, flush=True)
            return None
    return time.perf_counter() - began


def _change(page: Any, address: str, draw: random.Random) -> None:
    """A search within the queue, or another page, and back to the whole queue."""
    page.wait_for_function(_SAVED)
    if draw.random() < 0.5:
        words = " ".join([*draw.sample(WORDS, 2), str(draw.randrange(10**6))])
        _visit(page, f"{address}/map?words={words}", "canvas")
    else:
        _visit(page, f"{address}/{draw.choice(PAGES)}", "h1, h3")
    _visit(page, f"{address}/review", ".w-deck-talk")


def _visit(page: Any, address: str, shown: str) -> None:
    page.goto(address)
    page.locator(shown).first.wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def _server() -> Any:
    """The process of the server that this one has started."""
    import psutil

    return next(one for one in psutil.Process().children() if "streamlit" in " ".join(one.cmdline()))


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()
