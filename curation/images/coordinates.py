"""What the numbers of a drawn shape mean: pixels, shares or thousandths, of the upright or the stored picture.

Rows seldom say it. So it is guessed from all that a dataset draws, and people can say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

SCALES = {
    "pixels": "pixels of the picture",
    "unit": "shares from 0 to 1",
    "percent": "percent from 0 to 100",
    "thousand": "thousandths from 0 to 1000",
    "resized": "pixels of the picture as Qwen2-VL and Qwen2.5-VL resize it",
}
"""What numbers can be counted in, in words."""
FRAMES = {"upright": "the upright picture", "stored": "the pixels as the file stores them"}
"""What numbers can refer to, in words; the two differ where a camera was held sideways."""
ORDERS = {"corners": "two corners: x, y, x, y", "sides": "a corner and the size: x, y, width, height (as COCO has it)"}
"""What the four numbers of a box in a text can be, in words."""
_FULL = {"unit": 1.0, "percent": 100.0, "thousand": 1000.0}
FITTING = 0.98
"""Share of a dataset's shapes that must lie inside their pictures."""
ENOUGH = 20
"""Shapes on pictures where two readings differ, without which the larger reading is not preferred."""
_SLACK = 0.02
"""How far outside its picture a shape may reach, as a share of the side."""
_FACTOR = 28
"""Sides of resized pictures are multiples of it (`smart_resize` of qwen-vl-utils 0.0.14)."""
_FEWEST_PIXELS, _MOST_PIXELS = 4 * _FACTOR**2, 16384 * _FACTOR**2


@dataclass(frozen=True)
class Convention:
    """How numbers are read: a key of SCALES, one of FRAMES, and one of ORDERS for boxes in texts."""

    scale: str = "pixels"
    frame: str = "upright"
    order: str = "corners"

    @property
    def words(self) -> str:
        """What people read."""
        ordered = f"; boxes in texts are {ORDERS[self.order]}" if self.order == "sides" else ""
        return f"{SCALES[self.scale]}, on {FRAMES[self.frame]}{ordered}"


class Geometry(NamedTuple):
    """Width and height of the upright picture in pixels, and how its file is turned (1 to 8, as EXIF numbers it)."""

    width: int
    height: int
    orientation: int = 1

    @property
    def stored(self) -> tuple[int, int]:
        """Width and height of the file's pixels."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


class Drawn(NamedTuple):
    """Numbers of a shape, x and y in turn, with the picture that they are drawn on.

    `is_box_in_text` says that they are four whose order the notation leaves open.
    """

    numbers: tuple[float, ...]
    on: Geometry
    is_box_in_text: bool = False


@dataclass(frozen=True)
class Guess:
    """The likeliest reading of a dataset's numbers; `shapes` is how many it was made from, `fits` the share inside."""

    convention: Convention
    shapes: int
    fits: float


def shares(numbers: Sequence[float], convention: Convention, on: Geometry) -> tuple[float, ...]:
    """Turns numbers into shares of the upright picture.

    Args:
        numbers: x and y in turn.
        convention: How they are read.
        on: The picture.

    Returns:
        x and y in turn; inside the picture they lie between 0 and 1.
    """
    width, height = _spans(convention, on)
    points = [(x / width, y / height) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    if convention.frame == "stored":
        points = [_TURN[on.orientation](x, y) for x, y in points]
    return tuple(side for point in points for side in point)


def corners(numbers: Sequence[float]) -> tuple[float, ...]:
    """Two corners of a box that is given by one and its width and height."""
    left, top, width, height = numbers
    return left, top, left + width, top + height


def guess(drawn: Iterable[Drawn]) -> Guess:
    """Guesses how a dataset's numbers are to be read.

    Args:
        drawn: Shapes whose notation does not say it.

    Returns:
        The reading in which they lie inside their pictures; of several, the plainest, unless the shapes fill the
        smaller range of another one and leave the larger empty.
    """
    shapes = [shape for shape in drawn if shape.numbers and shape.on.width > 0 and shape.on.height > 0]
    if not shapes:
        return Guess(Convention(), 0, 0.0)
    as_corners = _guess_of_points(shapes)
    if sum(map(_has_corners, shapes)) / len(shapes) >= FITTING:
        return as_corners
    as_sides = _guess_of_points([_with_corners(shape) for shape in shapes])
    if as_sides.fits < FITTING:
        return as_corners
    return replace(as_sides, convention=replace(as_sides.convention, order="sides"))


def _has_corners(shape: Drawn) -> bool:
    """False for a box in a text whose second corner would lie left of its first one, or above it."""
    if not shape.is_box_in_text:
        return True
    left, top, right, bottom = shape.numbers
    return left < right and top < bottom


def _with_corners(shape: Drawn) -> Drawn:
    return shape._replace(numbers=corners(shape.numbers)) if shape.is_box_in_text else shape


def _guess_of_points(shapes: Sequence[Drawn]) -> Guess:
    if _share_within(shapes, Convention("unit")) >= FITTING:
        return Guess(Convention("unit"), len(shapes), _share_within(shapes, Convention("unit")))
    readings = [Convention("pixels"), Convention("pixels", "stored"), Convention("thousand"), Convention("resized")]
    fits = {reading: _share_within(shapes, reading) for reading in readings}
    best = max(readings, key=lambda reading: (min(fits[reading], FITTING), -readings.index(reading)))
    if best.scale == "pixels":
        best = next((other for other in readings[2:] if fits[other] >= FITTING and _is_filled(shapes, other)), best)
    return Guess(best, len(shapes), fits[best])


def _spans(convention: Convention, on: Geometry) -> tuple[float, float]:
    full = _FULL.get(convention.scale)
    if full is not None:
        return full, full
    width, height = on.stored if convention.frame == "stored" else (on.width, on.height)
    return resized(width, height) if convention.scale == "resized" else (width, height)


def resized(width: int, height: int) -> tuple[int, int]:
    """The size that Qwen2-VL's and Qwen2.5-VL's processor gives a picture.

    Args:
        width: Pixels.
        height: Pixels.

    Returns:
        Width and height in pixels: multiples of 28, of about the same shape, within the processor's default limits.
    """
    wide, high = (max(_FACTOR, round(side / _FACTOR) * _FACTOR) for side in (width, height))
    if wide * high > _MOST_PIXELS:
        shrink = math.sqrt(width * height / _MOST_PIXELS)
        wide, high = (max(_FACTOR, math.floor(side / shrink / _FACTOR) * _FACTOR) for side in (width, height))
    elif wide * high < _FEWEST_PIXELS:
        growth = math.sqrt(_FEWEST_PIXELS / (width * height))
        wide, high = (math.ceil(side * growth / _FACTOR) * _FACTOR for side in (width, height))
    return wide, high


def _share_within(shapes: Sequence[Drawn], convention: Convention) -> float:
    return sum(_is_within(shape, convention) for shape in shapes) / len(shapes)


def _is_within(shape: Drawn, convention: Convention) -> bool:
    return all(-_SLACK <= side <= 1 + _SLACK for side in shares(shape.numbers, convention, shape.on))


def _is_filled(shapes: Sequence[Drawn], smaller: Convention) -> bool:
    """Whether shapes reach all over a smaller range on pictures with more pixels, and never beyond it."""
    telling = [shape for shape in shapes if _is_smaller(smaller, shape.on)]
    if len(telling) < ENOUGH:
        return False
    reach = sorted(max(shares(shape.numbers, smaller, shape.on)) for shape in telling)
    return reach[int(0.9 * (len(reach) - 1))] > 0.9


def _is_smaller(convention: Convention, on: Geometry) -> bool:
    width, height = _spans(convention, on)
    return width < 0.9 * on.width and height < 0.9 * on.height


_TURN: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}
"""Where a point of the stored pixels lies in the upright picture, both in shares, for each orientation of EXIF."""
