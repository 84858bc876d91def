"""Pictures on which the object that a conversation is about is circled by a square box."""

from __future__ import annotations

import random
from pathlib import Path, PurePosixPath

import PIL.Image
import PIL.ImageDraw

from curation.annotations import Box
from curation.generation import grammar
from curation.generation.clue import Clue
from curation.generation.tasks import region
from scoring.files import appearing
from scoring.image import locator, rendering
from scoring.image.opening import opened

COLOUR = (230, 30, 30)


def choose(clue: Clue, seed: int) -> tuple[int, Box] | None:
    """Draws one of the clue's boxes of single, countable, large enough objects.

    Args:
        clue: The picture with its boxes.
        seed: With the file name, decides the draw.

    Returns:
        The index in `clue.boxes` and the box; None when no box is suitable.
    """
    fit = [index for index, box in enumerate(clue.boxes) if _fits(box, clue)]
    if not fit:
        return None
    index = random.Random(f"{seed}/{clue.file_name}/box").choice(fit)
    return index, clue.boxes[index]


def path_of(clue: Clue, index: int) -> str:
    """Names the marked picture: below a folder per box, so that its own name still finds annotations.

    Args:
        clue: The picture.
        index: Of the box in `clue.boxes`.

    Returns:
        A path with "/" below the folder of marked pictures, with the ending ".jpg".
    """
    parts = [part for part in PurePosixPath(clue.file_name).parts if part not in ("/", "..", ".")]
    return str(PurePosixPath(f"box-{index}", *parts).with_suffix(".jpg"))


def draw(path: str, clue: Clue, box: Box, to: Path) -> Path:
    """Writes the picture with the box drawn on it; a file that exists already stays.

    Args:
        path: The picture's locator.
        clue: The picture's clue, for its size in pixels.
        box: What is circled.
        to: The JPEG file to write.

    Returns:
        `to`.

    Raises:
        OSError: The picture cannot be read, or the file not be written.
        ValueError: The picture is broken.
    """
    if to.exists():
        return to
    with opened(locator.source(path)) as image:
        picture = rendering.upright(image)
    wide = max(4, round(max(picture.size) / 150))
    left, top, right, bottom = region.corners(box.bbox, clue)
    sides = (picture.width, picture.height)
    corners = (left * sides[0], top * sides[1], max(right * sides[0] - 1, 0), max(bottom * sides[1] - 1, 0))
    PIL.ImageDraw.Draw(picture).rectangle(corners, outline=COLOUR, width=wide)
    with appearing(to) as part:
        picture.save(part, "JPEG", quality=92)
    return to


def _fits(box: Box, clue: Clue) -> bool:
    name = grammar.name(box.category)
    return (
        not box.crowd
        and bool(name)
        and grammar.is_countable(name)
        and bool(region.show(box.bbox, clue, "share"))
        and region.covers(box, clue) >= region.SMALLEST
    )
