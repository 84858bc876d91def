"""Numbers of boxes are read as a dataset means them, on the upright picture, and known truth is found again."""

from __future__ import annotations

import itertools
import random

import pytest

from curation.images import coordinates
from curation.images.coordinates import Convention, Drawn, Geometry

SIDEWAYS = Geometry(300, 400, 6)


def test_shares__of_stored_pixels__follow_the_picture_as_it_is_turned() -> None:
    upright = coordinates.shares((219, 20, 280, 120), Convention("pixels"), Geometry(300, 400))
    stored = coordinates.shares((20, 20, 120, 80), Convention("pixels", "stored"), SIDEWAYS)
    left, right = sorted(stored[::2])
    top, bottom = sorted(stored[1::2])
    assert (left, top, right, bottom) == pytest.approx((220 / 300, 20 / 400, 280 / 300, 120 / 400))
    assert upright[2] == pytest.approx(right)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_shares__each_orientation__is_what_pillow_does_to_the_picture(orientation: int) -> None:
    from PIL import Image

    from scoring.image import rendering

    stored = Image.new("L", (40, 20))
    stored.putpixel((30, 4), 255)
    shown = rendering.turned(stored, orientation)
    on = Geometry(*shown.size, orientation)
    x, y = coordinates.shares((30.5, 4.5), Convention("pixels", "stored"), on)
    assert shown.getpixel((int(x * on.width), int(y * on.height))) == 255


@pytest.mark.parametrize(
    ("size", "expected"), [((1000, 700), (1008, 700)), ((4000, 3000), (4004, 2996)), ((8000, 6000), (4116, 3080))]
)
def test_resized__is_what_the_processor_makes_of_a_picture(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert coordinates.resized(*size) == expected


def _dataset(scale: str, frame: str, draw: random.Random, count: int) -> list[Drawn]:
    """Boxes that lie anywhere in pictures of many sizes, a third of them from a camera held sideways."""
    drawn = []
    for _ in range(count):
        on = Geometry(draw.randint(500, 3000), draw.randint(500, 3000), draw.choice([1, 1, 6]))
        width, height = on.stored if frame == "stored" else (on.width, on.height)
        span = {"pixels": (width, height), "unit": (1, 1), "thousand": (1000, 1000)}[scale]
        left, right = sorted(draw.sample(range(1000), 2))
        top, bottom = sorted(draw.sample(range(1000), 2))
        shares = (left / 1000, top / 1000, right / 1000, bottom / 1000)
        numbers = tuple(share * side for share, side in zip(shares, itertools.cycle(span), strict=False))
        drawn.append(Drawn(numbers if scale == "unit" else tuple(map(round, numbers)), on))
    return drawn


@pytest.mark.parametrize(
    ("scale", "frame"), [("pixels", "upright"), ("pixels", "stored"), ("unit", "upright"), ("thousand", "upright")]
)
def test_guess__datasets_of_known_reading__are_read_right(scale: str, frame: str) -> None:
    for seed in range(20):
        guess = coordinates.guess(_dataset(scale, frame, random.Random(seed), 200))
        assert guess.convention == Convention(scale, frame), seed
        assert guess.fits >= 0.98


def test_guess__few_shapes_that_fit_several_readings__are_pixels() -> None:
    guess = coordinates.guess([Drawn((10, 10, 200, 300), Geometry(4000, 3000))] * 3)
    assert guess == coordinates.Guess(Convention("pixels"), 3, 1.0)


def test_guess__nothing_drawn__says_so() -> None:
    assert coordinates.guess([]).shapes == 0
