"""Figures that rest on people's decisions hold against a known truth; `python -m benchmarks estimates` runs more."""

from __future__ import annotations

import pytest

from benchmarks import estimates


@pytest.mark.parametrize(("images", "each"), [(60, 1), (30, 4)])
def test_area__coin_per_image__interval_holds_chance(images: int, each: int) -> None:
    area, share = estimates.chance_coverage(40, images, each)
    assert abs(area - 0.5) < 0.04
    assert share >= 0.9  # of 40 draws; the benchmark asks 94 % of 200
