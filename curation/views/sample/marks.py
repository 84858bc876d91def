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
    """The boxes of a row of this format; `texts` are those of its turns, `sizes` its pictures' in pixels."""
    found: dict[tuple[int, ...], Mark] = {}
    for region, written in itertools.chain(_fields(form, raw), _written(texts, len(sizes))):
        mark = _mark(region, written, sizes, len(found) + 1)
        if mark is None:
            continue
        place = (mark.picture, *(round(250 * side) for side in (mark.x, mark.y, mark.width, mark.height)))
        known = found.get(place)
        if known is None and len(found) < MOST:
            found[place] = mark
        elif known is not None:
            found[place] = replace(known, written=known.written or written, label=known.label or mark.label)
    return tuple(found.values())


def pieces(text: str, marks: Sequence[Mark], before: int = 0) -> list[Piece]:
    """The text cut at the marks of images, numbered from `before` on, and at the boxes that it writes."""
    numbers = {one.written: one.number for one in marks if one.written}
    found: list[Piece] = []
    place = 0
    for one in _cuts(numbers).finditer(text):
        found.append(Piece(text[place : one.start()]))
        before += one["image"] is not None
        found.append(Piece(one[0], image=before) if one["image"] else Piece(one[0], box=numbers[one[0]]))
        place = one.end()
    return [piece for piece in (*found, Piece(text[place:])) if piece.text]


def _cuts(written: Iterable[str]) -> re.Pattern[str]:
    """The marks of images, as the group `image`, and the boxes as they are written."""
    return re.compile("|".join(["(?P<image>" + _IMAGE + ")", *map(re.escape, written)]))


def images_in(text: str) -> int:
    """How many images a text marks."""
    return len(re.findall(_IMAGE, text)) if "<im" in text else 0


def caption(ref: str, found_by: str, place: int, count: int) -> str:
    """What stands under a picture: its number where there are several, its name, the moment of a video's frame."""
    name, _, seconds = ref.rpartition("#t=") if found_by == "video_frame" else (ref, "", "")
    said = "inside the row" if name.startswith(TOKEN) or name.startswith("data:") else name.rpartition("/")[2]
    moment = f", at {seconds} s" if seconds else ""
    return (f"image {place + 1} of {count} · " if count > 1 else "") + said + moment


def _fields(form: str, raw: str) -> Iterator[tuple[Region, str]]:
    with contextlib.suppress(RejectedRowError, ValueError, KeyError, TypeError):
        for region in row_writer.read(form, raw).regions:
            yield region, ""


def _written(texts: Sequence[str], pictures: int) -> Iterator[tuple[Region, str]]:
    for text in texts:
        for one in _BOX.finditer(text):
            numbers = [float(each) for each in re.findall(_NUMBER, one["inside"] or one["plain"])]
            scale = 1.0 if all(number <= 1 for number in numbers) else 1000.0 if one["inside"] else 0.0
            label = (one["ref"] or one["named"] or "").strip()
            picture = _which(text[max(one.start() - 300, 0) : one.start()], pictures)
            for start in range(0, len(numbers) - 3, 4):
                left, top, right, bottom = numbers[start : start + 4]
                region = Region((left, top, right, bottom), scale, label, picture)
                yield region, one["written"] if start == 0 else ""


def _which(before: str, pictures: int) -> int:
    """The picture that a text speaks of last, if it says one by its number; else the first."""
    said = [int(number) - 1 for number in _WHICH.findall(before)] if pictures > 1 else []
    return next((place for place in reversed(said) if 0 <= place < pictures), 0)


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
