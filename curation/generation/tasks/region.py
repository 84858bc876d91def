"""Objects by their boxes: what is in a region, and where an object is."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.annotations import Box
from curation.annotations.model import Corners
from curation.generation import grammar
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.clue import Clue
from curation.generation.things import slots

FORMS = ("share", "thousand", "pixel")
"""Corners [x1, y1, x2, y2] as shares of the picture, as whole thousandths of it, or in pixels."""
SMALLEST = 0.005
"""Boxes that cover less of the picture are not asked about."""


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives boxes of single objects in a drawn order, asked from the box or from the name.

    Args:
        picture: The picture with its clue.
        about: The form of boxes.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "find" and "name".
    """
    clue = picture.clue
    alone = {thing.kind.name for thing in picture.things if thing.sure and thing.count == 1}
    boxes = [box for box in clue.boxes if not box.crowd and grammar.is_countable(grammar.name(box.category))]
    for box in draw.sample(boxes, len(boxes)):
        name, corners_text = grammar.name(box.category), show(box.bbox, clue, about.boxes)
        if not name or not corners_text or covers(box, clue) < SMALLEST:
            continue
        situation = "find" if box.category in alone and draw.random() < 0.5 else "name"
        yield Fact(situation, {**slots(name), "box": corners_text})


def show(bbox: Corners, clue: Clue, form: str) -> str:
    """Writes the corners of a box, cut to the picture.

    Args:
        bbox: Left, top, width and height, in pixels or as shares.
        clue: The picture, for its size in pixels.
        form: One of FORMS.

    Returns:
        "[x1, y1, x2, y2]"; "" when nothing of the box is inside.
    """
    left, top, right, bottom = corners(bbox, clue)
    if right <= left or bottom <= top:
        return ""
    if form == "pixel":
        sides = (clue.width, clue.height, clue.width, clue.height)
        return _written([f"{value * side:.0f}" for value, side in zip((left, top, right, bottom), sides, strict=True)])
    if form == "thousand":
        return _written([f"{value * 1000:.0f}" for value in (left, top, right, bottom)])
    return _written([f"{value:.3f}" for value in (left, top, right, bottom)])


def _written(numbers: list[str]) -> str:
    return f"[{', '.join(numbers)}]"


def corners(bbox: Corners, clue: Clue) -> Corners:
    """Computes the corners of a box, cut to the picture.

    Args:
        bbox: Left, top, width and height, in pixels or, when none is above 1, as shares.
        clue: The picture, for its size in pixels.

    Returns:
        (left, top, right, bottom) as shares of the picture, 0 to 1.
    """
    x, y, w, h = bbox
    if max(bbox) > 1.0:
        x, y, w, h = x / clue.width, y / clue.height, w / clue.width, h / clue.height
    return max(x, 0.0), max(y, 0.0), min(x + w, 1.0), min(y + h, 1.0)


def covers(box: Box, clue: Clue) -> float:
    """Computes how much of the picture a box covers.

    Args:
        box: The box.
        clue: The picture, for its size in pixels.

    Returns:
        A share, 0 to 1.
    """
    left, top, right, bottom = corners(box.bbox, clue)
    return max(right - left, 0.0) * max(bottom - top, 0.0)


TASK = GenerationTask(name="region", about="what is in a box, and the box of an object that is there once", facts=facts)
