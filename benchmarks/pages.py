"""Pages in Chromium at 10,000, 150,000 and 665,000 samples: until one can work, and from input to picture."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import Row, _threshold_drag

SIZES = tuple(int(size) for size in os.environ.get("WINNOW_BENCH_SAMPLES", "10000,150000,665000").split(","))
VISITS, INPUTS = 3, 8
ROOT = Path(__file__).resolve().parents[1]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()

PAGES = {
    "overview": "[data-testid='stMetricValue'], .w-table",
    "ingest": "[data-testid='stFileUploader'], input",
    "runs": "h3",
    "browse": ".w-browse .card img",
    "map": "canvas",
    "flags": ".w-place",
    "thresholds": ".w-big",
    "review": ".w-deck-talk",
    "export": "button:has-text('Approve and write')",
}
"""What has to be there before one can work, by page."""


def run() -> Iterator[Row]:
    """Builds a workspace of each size, serves it, and times each page warm, and the first one cold."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    import generator
    import serving

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                generator.build(Path(folder) / "workspace", size)
                with serving.served(Path(folder) / "workspace") as address:
                    yield from _of_size(browser, address, size)
        browser.close()


def _of_size(browser: Any, address: str, size: int) -> Iterator[Row]:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(180_000)
    yield f"{size:,}: first page of a fresh server", _ms([_open(page, address, "review")]), ""
    for path in PAGES:
        yield f"{size:,}: {path}, until one can work", _ms([_open(page, address, path) for _ in range(VISITS)]), ""
        if path in INPUTS_OF:
            what, act = INPUTS_OF[path]
            yield f"{size:,}: {path}, {what}", _ms(act(page, address)), TARGETS.get((path, size), "")
    page.context.close()


def _open(page: Any, address: str, path: str) -> float:
    """Milliseconds from the address to a page that is drawn and can be used."""
    started = time.perf_counter()
    page.goto(f"{address}/{path}")
    page.locator(PAGES[path]).first.wait_for()
    taken = 1000 * (time.perf_counter() - started)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return taken


def _keys(key: str, shown: str) -> Callable[[Any, str], list[float]]:
    """Presses a key again and again; the picture is there when the text of `shown` (JavaScript) is another one."""

    def act(page: Any, _: str) -> list[float]:
        page.locator("h1").first.click()
        times: list[float] = []
        while len(times) < INPUTS:
            before = page.evaluate(shown)
            begun = time.perf_counter()
            page.keyboard.press(key)
            page.wait_for_function(f"JSON.stringify({shown}) !== JSON.stringify({before!r})", polling="raf")
            times.append(1000 * (time.perf_counter() - begun))
        return times

    return act


def _pan(page: Any, _: str) -> list[float]:
    """Milliseconds of each frame while the map is dragged."""
    box = page.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(
        """() => { window.frames_seen = []; let last = performance.now();
                   const see = (now) => { frames_seen.push(now - last); last = now; requestAnimationFrame(see); };
                   requestAnimationFrame(see); }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(x + 3 * min(step, 60 - step), y)
        page.wait_for_timeout(16)
    page.mouse.up()
    return page.evaluate("window.frames_seen.slice(5)")


def _filter(page: Any, _: str) -> list[float]:
    """Milliseconds from a click on a value at the side to the new counts."""
    times: list[float] = []
    while len(times) < INPUTS:
        before = page.locator(".w-browse .total").inner_text()
        value = page.locator(".w-browse .pick").nth(1)
        begun = time.perf_counter()
        value.click()
        page.wait_for_function(f"document.querySelector('.w-browse .total').innerText !== {before!r}", polling="raf")
        times.append(1000 * (time.perf_counter() - begun))
        page.wait_for_timeout(600)
    return times


INPUTS_OF: dict[str, tuple[str, Callable[[Any, str], list[float]]]] = {
    "browse": ("a filter with all counts", _filter),
    "map": ("a frame while it is dragged", _pan),
    "flags": ("next flag by key", _keys("s", "document.querySelector('.w-place').innerText")),
    "thresholds": ("a move of a cut", _threshold_drag.drag),
    "review": ("next sample by key", _keys("ArrowRight", "document.querySelector('.w-deck-stage').dataset.no")),
}
TARGETS = {
    ("browse", 665_000): "at most 150 ms",
    ("thresholds", 150_000): "at most 100 ms",
    ("thresholds", 665_000): "at most 250 ms",
}


def _ms(times: list[float]) -> str:
    if len(times) == 1:
        return f"{times[0]:,.0f} ms"
    return f"{statistics.median(times):,.0f} ms (worst {max(times):,.0f})"
