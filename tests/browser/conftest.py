"""Chromium to look at the app; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
from serving import served

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


DRIVER_SECONDS = 20
"""How long the browser's driver may take to end before it is killed: it has been seen to wait forever."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, once for the tests of a module."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    before = set(psutil.Process().children())
    driver = playwright.sync_playwright().start()
    drivers = set(psutil.Process().children()) - before
    started = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield started
    with killed_when_stuck(drivers):
        started.close()
        driver.stop()


@contextmanager
def killed_when_stuck(processes: set[psutil.Process]) -> Iterator[None]:
    """Kills the processes when what is done within takes too long."""
    timer = threading.Timer(DRIVER_SECONDS, lambda: [one.kill() for one in processes if one.is_running()])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh tab."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a fresh workspace, shared by the tests of a module."""
    with served(tmp_path_factory.mktemp("served") / "workspace") as found:
        yield found
