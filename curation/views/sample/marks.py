"""What a row itself draws on its pictures, in its fields or as coordinates in its texts; numbered from 1."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from curation.exporting import row_writer
from curation.formats.conversation import RejectedRowError
from curation.images import coordinates
from curation.images.coordinates import Convention, Geometry, shares
from curation.images.inline import TOKEN
from curation.views.sample import written_shapes

MOST = 60
"""Boxes of one sample that are drawn."""
SMALLEST = 0.01
"""A side of a box in pixels, as a share of the picture's: shorter, four numbers in brackets are no box."""

_WHICH = re.compile(r"(?:image|picture|photo)[ #-]{0,2}(\d{1,2})\b", re.IGNORECASE)
_IMAGE = r"(?:Picture\s\d+:\s?)?<img>[^<]{0,2000}</img>|<image>"


@dataclass(frozen=True)
class Mark:
    """A numbered box, point or outline on the picture at place `picture`; all sides are shares of its width and height.

    `written` is how a text has it, empty for one that only a field of the row has; `outline` has the corners of one
    that is no box.
    """

    picture: int
    number: int
    label: str
    x: float
    y: float
    width: float
    height: float
    written: str = ""
    kind: str = "box"
    outline: tuple[tuple[float, float], ...] = ()

    @property
    def title(self) -> str:
        """Number and label."""
        return f"{self.number} {self.label}".strip()

    @property
    def corners(self) -> tuple[float, ...]:
        """The corners of an outline, x and y in turn, in percent of the box around it."""
        return tuple(
            percent
            for across, down in self.outline
            for percent in (100 * (across - self.x) / self.width, 100 * (down - self.y) / self.height)
        )


class NumberReading(NamedTuple):
    """How the numbers of a dataset are read; `is_chosen` says that a person decided it."""

    convention: Convention = Convention()
    is_chosen: bool = False


AS_PIXELS = NumberReading()
"""Pixels of the upright picture."""


class DrawnShape(NamedTuple):
    """A shape as a row writes it: box (two corners), point or outline; x and y in turn.

    `scale` is a key of `coordinates.SCALES`, "" where the row does not say it; `written` is empty for one that only a
    field of the row has.
    """

    kind: str
    numbers: tuple[float, ...]
    scale: str
    label: str
    picture: int
    written: str = ""

    @property
    def is_box_in_text(self) -> bool:
        """True for four numbers in a text that may be two corners or a corner and the size."""
        return self.kind == "box" and bool(self.written) and not self.scale and len(self.numbers) == 4


class Piece(NamedTuple):
    """A part of a text: as it is, or with the number of the image or the box that it stands for."""

    text: str
    image: int = 0
    box: int = 0


def of(
    form: str, raw: str, texts: Sequence[str], pictures: Sequence[Geometry | None], reading: NumberReading = AS_PIXELS
) -> tuple[Mark, ...]:
    """Finds the boxes, points and outlines that a row draws on its pictures, in its fields and its texts.

    Args:
        form: Name of the row's format.
        raw: The row as it was imported.
        texts: Texts of its turns, in order.
        pictures: Its pictures; None where the size is unknown.
        reading: How the dataset's numbers are read.
    Returns:
        At most MOST marks, numbered from 1.
    """
    mark_of_cell: dict[tuple[int, ...], Mark] = {}
    for shape in shapes(form, raw, texts, len(pictures)):
        mark = _mark(shape, pictures, reading, len(mark_of_cell) + 1)
        if mark is None:
            continue
        cell = (mark.picture, *(round(250 * side) for side in (mark.x, mark.y, mark.width, mark.height)))
        earlier = mark_of_cell.get(cell)
        if earlier is None and len(mark_of_cell) < MOST:
            mark_of_cell[cell] = mark
        elif earlier is not None:
            mark_of_cell[cell] = replace(
                earlier, written=earlier.written or mark.written, label=earlier.label or mark.label
            )
    return tuple(mark_of_cell.values())


def shapes(form: str, raw: str, texts: Sequence[str], pictures: int) -> Iterator[DrawnShape]:
    """Reads the shapes of a row as it writes them.

    Args:
        form: Name of the row's format.
        raw: The row as it was imported.
        texts: Texts of its turns, in order.
        pictures: How many pictures it has.

    Yields:
        Shapes of its fields, then of its texts.
    """
    with contextlib.suppress(RejectedRowError, ValueError, KeyError, TypeError):
        for region in row_writer.read(form, raw).regions:
            scale = {1.0: "unit", 1000.0: "thousand"}.get(region.scale, "")
            yield DrawnShape("box", region.box, scale, region.label, region.image)
    for text in texts:
        for shape in written_shapes.read(text):
            picture = _which(text[max(shape.start - 300, 0) : shape.start], pictures)
            yield DrawnShape(shape.kind, shape.numbers, shape.scale, shape.label, picture, shape.written)


def pieces(text: str, marks: Sequence[Mark], before: int = 0) -> list[Piece]:
    """Cuts a text at its image marks and at the shapes that it writes.

    Args:
        text: One instruction or response.
        marks: Boxes of the row.
        before: Images that earlier texts of the row mark; numbering goes on from there.
    Returns:
        Parts that make up the text, none of them empty.
    """
    numbers = {mark.written: mark.number for mark in marks if mark.written}
    parts: list[Piece] = []
    position = 0
    for match in _cuts(numbers).finditer(text):
        parts.append(Piece(text[position : match.start()]))
        before += match["image"] is not None
        parts.append(Piece(match[0], image=before) if match["image"] else Piece(match[0], box=numbers[match[0]]))
        position = match.end()
    return [piece for piece in (*parts, Piece(text[position:])) if piece.text]


def _cuts(written: Iterable[str]) -> re.Pattern[str]:
    """The marks of images, as the group `image`, and the boxes as they are written."""
    return re.compile("|".join(["(?P<image>" + _IMAGE + ")", *map(re.escape, written)]))


def images_in(text: str) -> int:
    """How many images a text marks."""
    return len(re.findall(_IMAGE, text)) if "<im" in text else 0


def caption(ref: str, found_by: str, position: int, count: int) -> str:
    """Writes what stands under a picture: its number where there are several, its name, the moment of a video's frame.

    Args:
        ref: How the row names the picture.
        found_by: How its file was found.
        position: Position among the row's pictures, from 0.
        count: Pictures of the row.
    """
    name, _, seconds = ref.rpartition("#t=") if found_by == "video_frame" else (ref, "", "")
    title = "inside the row" if name.startswith(TOKEN) or name.startswith("data:") else name.rpartition("/")[2]
    moment = f", at {seconds} s" if seconds else ""
    return (f"image {position + 1} of {count} · " if count > 1 else "") + title + moment


def _which(before: str, pictures: int) -> int:
    """The picture that a text speaks of last, if it says one by its number; else the first."""
    mentioned = [int(number) - 1 for number in _WHICH.findall(before)] if pictures > 1 else []
    return next((position for position in reversed(mentioned) if 0 <= position < pictures), 0)


def _mark(shape: DrawnShape, pictures: Sequence[Geometry | None], reading: NumberReading, number: int) -> Mark | None:
    on = pictures[shape.picture] if 0 <= shape.picture < len(pictures) else None
    if on is None or not on.width or not on.height:
        return None
    convention = _convention(shape, reading)
    is_sides = convention.order == "sides" and shape.is_box_in_text
    sides = shares(coordinates.corners(shape.numbers) if is_sides else shape.numbers, convention, on)
    across, down = sides[::2], sides[1::2]
    left, top, width, height = min(across), min(down), max(across) - min(across), max(down) - min(down)
    if shape.kind == "box" and convention.frame == "upright":
        width, height = across[1] - across[0], down[1] - down[0]
    is_inside = left > -0.02 and top > -0.02 and max(across) < 1.02 and max(down) < 1.02
    smallest = SMALLEST if shape.written and not shape.scale and convention.scale == "pixels" else 0.0
    if not is_inside or (shape.kind != "point" and (width <= smallest or height <= smallest)):
        return None
    outline = tuple(zip(across, down, strict=True)) if shape.kind == "outline" else ()
    return Mark(
        shape.picture, number, shape.label[:60], max(left, 0.0), max(top, 0.0), width, height, shape.written,
        shape.kind, outline,
    )  # fmt: skip


def _convention(shape: DrawnShape, reading: NumberReading) -> Convention:
    """What a person chose counts, also against thousandths; then what the notation says, then the guess."""
    of_dataset = reading.convention
    if reading.is_chosen and shape.scale in ("", "thousand"):
        return of_dataset
    if shape.scale:
        return Convention(shape.scale, of_dataset.frame)
    is_share = all(number <= 1 for number in shape.numbers)
    return Convention("unit", of_dataset.frame, of_dataset.order) if is_share else of_dataset
