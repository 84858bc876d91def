"""A short day of reviewing: the campaign of `benchmarks/soak.py` with a few hundred key presses."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import soak

PRESSES, WARM = 160, 80
MOST_PER_PRESS = 200_000
"""Bytes; while caches fill, the first presses cost more than later ones."""


@pytest.mark.timeout(280)
def test_server__reviewing_for_a_while__does_not_grow_with_each_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "CHANGE_EVERY", 40)
    monkeypatch.setattr(soak, "WINDOW", 40)
    figures = soak.campaign(tmp_path, PRESSES, seed=3)
    assert len(figures.memory) == len(figures.presses) == PRESSES
    assert figures.without_effect == 0
    assert figures.level(PRESSES) - figures.level(WARM) < MOST_PER_PRESS * (PRESSES - WARM)
