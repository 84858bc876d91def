"""Points in a drawn polygon: corners, hollows, lines that cross themselves, and what is no polygon."""

from __future__ import annotations

import numpy as np
import pytest

from curation.maps import polygon

GRID = np.meshgrid(np.arange(0.5, 6), np.arange(0.5, 6))
X, Y = GRID[0].ravel(), GRID[1].ravel()


def _inside(*corners: tuple[float, float]) -> set[tuple[float, float]]:
    found = polygon.inside(X, Y, corners)
    return set(zip(X[found].tolist(), Y[found].tolist(), strict=True))


def test_inside__a_square_holds_what_lies_between_its_sides() -> None:
    assert _inside((1, 1), (3, 1), (3, 3), (1, 3)) == {(1.5, 1.5), (2.5, 1.5), (1.5, 2.5), (2.5, 2.5)}


def test_inside__a_hollow_is_outside() -> None:
    cup = ((0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3))
    found = _inside(*cup)
    assert (1.5, 2.5) not in found
    assert {(0.5, 2.5), (2.5, 2.5), (1.5, 0.5)} <= found
    assert len(found) == 7


def test_inside__where_a_line_crosses_itself_the_middle_counts_as_outside() -> None:
    found = _inside((0, 0), (4, 0), (4, 4), (1, 4), (1, 1), (3, 1), (3, 3), (0, 3))
    assert (2.5, 2.5) not in found
    assert (3.5, 3.5) in found


def test_inside__direction_and_a_repeated_first_corner_do_not_matter() -> None:
    corners = ((1.0, 1.0), (4.0, 1.0), (4.0, 5.0))
    assert _inside(*corners) == _inside(*reversed(corners)) == _inside(*corners, corners[0])


@pytest.mark.parametrize("corners", [(), ((1, 1),), ((1, 1), (5, 5)), ((1, 1), (5, 5), (float("nan"), 2))])
def test_inside__what_is_no_polygon_holds_nothing(corners: tuple[tuple[float, float], ...]) -> None:
    assert _inside(*corners) == set()


def test_inside__agrees_with_a_circle() -> None:
    draw = np.random.default_rng(1)
    x, y = draw.uniform(-2, 2, (2, 20_000)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    found = polygon.inside(x, y, list(zip(np.cos(angle).tolist(), np.sin(angle).tolist(), strict=True)))
    away = np.hypot(x, y)
    assert found[away < 0.998].all()
    assert not found[away > 1.0].any()
