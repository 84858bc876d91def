"""Boxes that a row itself draws on its pictures: in its fields, or as coordinates in its texts; numbered from 1."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from curation.exporting import row_writer
from curation.formats.conversation import Region, RejectedRowError
from curation.images.inline import TOKEN

MOST = 60
"""Boxes of one sample that are drawn."""
SMALLEST = 0.01
"""A side of a box in pixels, as a share of the picture's: shorter, four numbers in brackets are no box."""

Size = tuple[int | None, int | None]

_NUMBER = r"-?\d+(?:\.\d+)?"
_BOX = re.compile(
    rf"""(?:(?:<ref>(?P<ref>[^<]{{0,200}})</ref>|<\|object_ref_start\|>(?P<named>[^<]{{0,200}})<\|object_ref_end\|>)\s?)?
        (?P<written>
            (?:<box>|<\|box_start\|>)(?P<inside>[^<>]{{1,400}})(?:</box>|<\|box_end\|>)
          | (?P<plain>[\[(]\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*[\])])
        )""",
    re.VERBOSE,
)
_WHICH = re.compile(r"(?:image|picture|photo)[ #-]{0,2}(\d{1,2})\b", re.IGNORECASE)
_IMAGE = r"(?:Picture\s\d+:\s?)?<img>[^<]{0,2000}</img>|<image>"


@dataclass(frozen=True)
class Mark:
    """A numbered box on the picture at place `picture`; the four sides are shares of its width and height.

    `written` is how a text has it, empty for one that only a field of the row has.
    """

    picture: int
    number: int
    label: str
    x: float
    y: float
    width: float
    height: float
    written: str = ""

    @property
    def title(self) -> str:
        """Number and label."""
        return f"{self.number} {self.label}".strip()


class Piece(NamedTuple):
    """A part of a text: as it is, or with the number of the image or the box that it stands for."""

    text: str
    image: int = 0
    box: int = 0


def of(form: str, raw: str, texts: Sequence[str], sizes: Sequence[Size]) -> tuple[Mark, ...]:
    """Finds the boxes that a row draws on its pictures, in its fields and its texts.

    Args:
        form: Name of the row's format.
        raw: The row as it was imported.
        texts: Texts of its turns, in order.
        sizes: Width and height of its pictures in pixels; None where unknown.
    Returns:
        At most MOST boxes, numbered from 1.
    """
    mark_of_box: dict[tuple[int, ...], Mark] = {}
    for region, written in itertools.chain(_fields(form, raw), _written(texts, len(sizes))):
        mark = _mark(region, written, sizes, len(mark_of_box) + 1)
        if mark is None:
            continue
        box_key = (mark.picture, *(round(250 * side) for side in (mark.x, mark.y, mark.width, mark.height)))
        earlier = mark_of_box.get(box_key)
        if earlier is None and len(mark_of_box) < MOST:
            mark_of_box[box_key] = mark
        elif earlier is not None:
            mark_of_box[box_key] = replace(
                earlier, written=earlier.written or written, label=earlier.label or mark.label
            )
    return tuple(mark_of_box.values())


def pieces(text: str, marks: Sequence[Mark], before: int = 0) -> list[Piece]:
    """Cuts a text at its image marks and at the boxes that it writes.

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


def _fields(form: str, raw: str) -> Iterator[tuple[Region, str]]:
    with contextlib.suppress(RejectedRowError, ValueError, KeyError, TypeError):
        for region in row_writer.read(form, raw).regions:
            yield region, ""


def _written(texts: Sequence[str], pictures: int) -> Iterator[tuple[Region, str]]:
    for text in texts:
        for match in _BOX.finditer(text):
            numbers = [float(each) for each in re.findall(_NUMBER, match["inside"] or match["plain"])]
            scale = 1.0 if all(number <= 1 for number in numbers) else 1000.0 if match["inside"] else 0.0
            label = (match["ref"] or match["named"] or "").strip()
            picture = _which(text[max(match.start() - 300, 0) : match.start()], pictures)
            for start in range(0, len(numbers) - 3, 4):
                left, top, right, bottom = numbers[start : start + 4]
                region = Region((left, top, right, bottom), scale, label, picture)
                yield region, match["written"] if start == 0 else ""


def _which(before: str, pictures: int) -> int:
    """The picture that a text speaks of last, if it says one by its number; else the first."""
    mentioned = [int(number) - 1 for number in _WHICH.findall(before)] if pictures > 1 else []
    return next((position for position in reversed(mentioned) if 0 <= position < pictures), 0)


def _mark(region: Region, written: str, sizes: Sequence[Size], number: int) -> Mark | None:
    if not 0 <= region.image < len(sizes):
        return None
    wide, high = (region.scale, region.scale) if region.scale else sizes[region.image]
    if not wide or not high:
        return None
    left, top, right, bottom = (
        side / span for side, span in zip(region.box, (wide, high, wide, high), strict=True)
    )  # fmt: skip
    width, height = right - left, bottom - top
    inside = left > -0.02 and top > -0.02 and right < 1.02 and bottom < 1.02
    smallest = SMALLEST if written and not region.scale else 0.0
    if not inside or width <= smallest or height <= smallest:
        return None
    return Mark(region.image, number, region.label[:60], max(left, 0.0), max(top, 0.0), width, height, written)
