"""Every page over 665,000 samples: it comes up whole, and an input is answered while one waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import generator
import pytest
from serving import served, visit

SAMPLES = 665_000
PATIENCE = 2.0
"""Seconds for an input on a busy machine; benchmarks/pages.py says what it really takes."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("large")
    generator.build(folder / "workspace", SAMPLES)
    with served(folder / "workspace") as found:
        yield found


@pytest.fixture
def patient(page: Any) -> Any:
    page.set_default_timeout(120_000)  # the first page waits until the scores are in memory
    return page


def _answered(page: Any, key: str, what: str) -> float:
    """Seconds from a key to another value of `what` (JavaScript)."""
    before = page.evaluate(what)
    started = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_function(f"String({what}) !== String({before!r})")
    return time.perf_counter() - started


def test_review__next_sample_by_key(patient: Any, large: str) -> None:
    visit(patient, large, "review")
    patient.locator(".w-deck-talk").wait_for()
    patient.get_by_text(f"of {SAMPLES:,} decided").wait_for()
    patient.locator("h1").click()
    assert _answered(patient, "a", "document.querySelector('.w-deck-stage').dataset.no") < PATIENCE


def test_flags__next_flag_by_key(patient: Any, large: str) -> None:
    visit(patient, large, "flags")
    patient.locator(".w-place").wait_for()
    patient.locator("h1").click()
    assert _answered(patient, "s", "document.querySelector('.w-place').innerText") < PATIENCE


def test_thresholds__a_move_of_a_handle(patient: Any, large: str) -> None:
    visit(patient, large, "thresholds")
    patient.get_by_text(f"of {SAMPLES:,} samples remain").wait_for()
    handle = patient.get_by_role("slider", name="Sharpness, lowest kept").last
    handle.focus()
    patient.keyboard.press("PageUp")  # onto the scale, at the lowest value
    patient.wait_for_timeout(500)
    assert _answered(patient, "PageUp", "document.querySelector('.w-big').innerText") < PATIENCE


def test_map__clusters_and_a_click_on_one(patient: Any, large: str) -> None:
    visit(patient, large, "map")
    patient.locator("canvas").first.wait_for()
    patient.get_by_text("kitchen, stove, pan").first.click()
    patient.get_by_text("Cluster: kitchen, stove, pan").first.wait_for()


@pytest.mark.parametrize("path", ["overview", "runs", "ingest", "export"])
def test_other_pages__come_up(patient: Any, large: str, path: str) -> None:
    visit(patient, large, path)
    patient.get_by_text(f"3 datasets · {SAMPLES:,} samples").wait_for()
