"""A short day of reviewing: the campaign of `benchmarks/soak.py` with a few hundred key presses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import soak

PRESSES, WARM = 240, 120
MOST_PER_PRESS = 200_000
"""Bytes; while caches fill, the first presses cost more than later ones."""


@pytest.mark.timeout(280)
def test_server__reviewing_for_a_while__does_not_grow_with_each_key(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "CHANGE_EVERY", 60)
    figures = soak.campaign(browser, tmp_path, PRESSES, WARM, seed=3)
    assert len(figures.presses) + figures.without_effect == PRESSES
    assert figures.growth < MOST_PER_PRESS * (PRESSES - WARM)
