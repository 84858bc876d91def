"""Dragging a cut on the thresholds page in Chromium: from the pointer's move to the frame that shows its counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

STEPS = 60


def drag(page: Any, address: str, metric: str = "Sharpness") -> list[float]:
    """Milliseconds of each answered move of a handle, in an open Playwright page; the cut is put back at the end."""
    page.goto(f"{address}/thresholds")
    page.wait_for_function("Number((document.querySelector('.w-big')?.innerText || '').replaceAll(',', '')) > 0")
    _wait(page, lambda: page.locator('[data-test-script-state="notRunning"]').count() > 0)
    handle = page.get_by_role("slider", name=f"{metric}, lowest kept").last
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate("performance.clearMeasures('winnow-move')")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(x + 1.2 * min(step, STEPS - step), y)
        page.wait_for_timeout(16)
    page.wait_for_timeout(500)
    page.mouse.up()
    page.keyboard.press("u")
    return page.evaluate("performance.getEntriesByName('winnow-move').map((one) => one.duration)")


def summary(times: list[float]) -> str:
    """Median and worst in words."""
    return f"{statistics.median(times):.0f} ms, {max(times):.0f} ms at worst ({len(times)} answers)"


def _wait(page: Any, ready: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready() and time.monotonic() < deadline:
        page.wait_for_timeout(100)
