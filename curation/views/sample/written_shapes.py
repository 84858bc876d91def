"""Boxes, points and outlines that a text writes as numbers, in the notations of the models that write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NUMBER = r"-?\d+(?:\.\d+)?"
_FIND = re.compile(_NUMBER)
_COMMA = r"\s{0,9},\s{0,9}"
_LABEL = r"[^<]{0,200}"
_LIST = r"\[[\[\]\d.,\s-]{1,2000}\]"
_NAMED = re.compile(r'"(?:label|name|category|text_content)"\s{0,9}:\s{0,9}"(?P<label>[^"\\]{0,200})"')
_SHAPE = re.compile(
    rf"""(?:(?:<ref>(?P<ref>{_LABEL})</ref>|<\|object_ref_start\|>(?P<named>{_LABEL})<\|object_ref_end\|>)\s?)?
        (?P<written>
            (?:<box>|<\|box_start\|>)(?P<box>[^<>]{{1,400}})(?:</box>|<\|box_end\|>)
          | (?:<quad>|<\|quad_start\|>)(?P<quad>[^<>]{{1,400}})(?:</quad>|<\|quad_end\|>)
          | (?:<poly(?:gon)?>)(?P<polygon>[^<>]{{1,4000}})</poly(?:gon)?>
          | (?:<point>|<\|point_start\|>)(?P<point>[^<>]{{1,400}})(?:</point>|<\|point_end\|>)
          | <points?\s(?P<percent>[^<>]{{1,2000}})>(?P<said>{_LABEL})</points?>
          | (?P<loc4>(?:<loc\d{{4}}>){{4}})\s?(?P<locname>[\w -]{{0,60}})
          | (?P<loc3>(?:<loc_\d{{1,3}}>){{4}})
          | "(?P<key>bbox_2d|box_2d|bbox|point_2d|point|polygon|segmentation)"\s{{0,9}}:\s{{0,9}}(?P<json>{_LIST})
          | (?P<plain>[\[(]\s{{0,9}}{_NUMBER}(?:{_COMMA}{_NUMBER}){{3}}\s{{0,9}}[\])])
        )""",
    re.VERBOSE,
)
_ATTRIBUTES = re.compile(rf'([xy])(\d{{0,3}})="\s?({_NUMBER})')
_ALT = re.compile(r'alt="([^"]{0,200})"')
_LOC_TOKENS = 1024
_REACH = 200
"""Characters behind a JSON box within which its label is looked for."""


class WrittenShape(NamedTuple):
    """A shape as a text has it: x and y in turn, two corners of a box, one point, or all corners of an outline.

    `scale` is a key of `coordinates.SCALES` where the notation says it, "" where it does not; `start` is where it
    stands in the text.
    """

    kind: str
    numbers: tuple[float, ...]
    scale: str
    label: str
    written: str
    start: int


def read(text: str) -> Iterator[WrittenShape]:
    """Finds the shapes that a text writes.

    Args:
        text: One instruction or response.

    Yields:
        The shapes in their order; several boxes of one pair of marks share what is written.
    """
    for match in _SHAPE.finditer(text):
        label = (match["ref"] or match["named"] or "").strip()
        for kind, numbers, scale, name in _shapes(match, text):
            yield WrittenShape(kind, numbers, scale, label or name, match["written"], match.start())


def _shapes(match: re.Match[str], text: str) -> Iterator[tuple[str, tuple[float, ...], str, str]]:
    """Kind, numbers, scale and label of each shape between one pair of marks."""
    if match["plain"]:
        yield "box", _numbers(match["plain"]), "", ""
    elif match["box"]:
        numbers = _numbers(match["box"])
        for start in range(0, len(numbers) - 3, 4):
            yield "box", numbers[start : start + 4], _thousandths(numbers), ""
    elif match["quad"] or match["polygon"]:
        numbers = _numbers(match["quad"] or match["polygon"])
        yield "outline", numbers, _thousandths(numbers), ""
    elif match["point"]:
        numbers = _numbers(match["point"])
        for start in range(0, len(numbers) - 1, 2):
            yield "point", numbers[start : start + 2], _thousandths(numbers), ""
    elif match["percent"]:
        yield from _percent(match["percent"], match["said"])
    elif match["loc4"] or match["loc3"]:
        yield _tokens(match)
    else:
        yield from _json(match, text)


def _json(match: re.Match[str], text: str) -> Iterator[tuple[str, tuple[float, ...], str, str]]:
    key, numbers = match["key"], _numbers(match["json"])
    around = text[text.rfind("{", max(0, match.start() - _REACH), match.start()) + 1 :][: _REACH + len(match["json"])]
    named = _NAMED.search(around.partition("}")[0])
    label = named["label"] if named else ""
    if key.startswith("point") and len(numbers) == 2:
        yield "point", numbers, "", label
    elif key in ("polygon", "segmentation") and len(numbers) >= 6:
        yield "outline", numbers, "", label
    elif key == "box_2d" and len(numbers) == 4:  # Gemini: y before x, in thousandths
        top, left, bottom, right = numbers
        yield "box", (left, top, right, bottom), "thousand", label
    elif key.startswith("bbox") and len(numbers) == 4:
        yield "box", numbers, "", label


def _percent(attributes: str, said: str) -> Iterator[tuple[str, tuple[float, ...], str, str]]:
    """Molmo's points: x="63.5" y="44.5", or x1, y1, x2, y2 and so on, in percent."""
    sides = {(axis, number): float(value) for axis, number, value in _ATTRIBUTES.findall(attributes)}
    alt = _ALT.search(attributes)
    label = (alt[1] if alt else said).strip()
    for axis, number in sides:
        if axis == "x" and ("y", number) in sides:
            yield "point", (sides["x", number], sides["y", number]), "percent", label


def _tokens(match: re.Match[str]) -> tuple[str, tuple[float, ...], str, str]:
    """PaliGemma's <loc0123> (y before x, of 1024) and Florence-2's <loc_123> (x before y, of 1000)."""
    if match["loc4"]:
        top, left, bottom, right = (number / _LOC_TOKENS for number in _numbers(match["loc4"]))
        return "box", (left, top, right, bottom), "unit", (match["locname"] or "").strip()
    return "box", _numbers(match["loc3"]), "thousand", ""


def _thousandths(numbers: tuple[float, ...]) -> str:
    """Marks of their own hold thousandths, unless all numbers are shares."""
    return "unit" if all(number <= 1 for number in numbers) else "thousand"


def _numbers(text: str) -> tuple[float, ...]:
    numbers = tuple(float(number) for number in _FIND.findall(text))
    return numbers[: len(numbers) - len(numbers) % 2]
