"""Markup of vision-language data inside a text: found, and masked without moving any character."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKUP = re.compile(
    r"""
      <(?P<img>img)>                                  # Qwen-VL: the path stands between the tags
    | Picture\s\d+:\s*(?=<img>)
    | <(?P<box>box)> | <(?P<quad>quad)> | <\|(?P<place>box_start|quad_start)\|>
    | <(?P<st>st)>                                    # MultiInstruct-style region tokens
    | <\|[a-z_]+\|>
    | </?(?:image|video|audio|img|ref|box|quad|bbox|region|roi|mask|st|ed|s|loc|p|phrase|grounding
           |object|point|delimiter_of_multi_objects|ImageHere|image_placeholder)(?:[\s_:-]?\d)*+\s*+/?>
    | <(?:bin|loc|patch_index|image|region)_?\d+>
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CLOSING = {
    "img": re.compile("</img>", re.IGNORECASE),
    "box": re.compile("</box>", re.IGNORECASE),
    "quad": re.compile("</quad>", re.IGNORECASE),
    "place": re.compile(r"<\|(?:box_end|quad_end)\|>", re.IGNORECASE),
    "place_of_box": re.compile(r"<\|box_end\|>", re.IGNORECASE),
    "st": re.compile("<ed>", re.IGNORECASE),
}

_NUMBER = r"\d+(?:\.\d+)?"
_REGION = re.compile(
    rf"""
      <(?P<box>box)> | <(?P<quad>quad)> | <\|(?P<place_of_box>box_start)\|> | <(?P<st>st)>
    | <(?:bbox|region\d*|roi\d*|mask|point)>
    | [\[(]\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*[\])]
    | (?<![\d.]){_NUMBER}(?:[ ]{_NUMBER}){{3}}(?![\d.]*\d)
    | \b(?:circled|boxed|highlighted|outlined|masked)\b
    | \b(?:bounding|red|blue|green|yellow|square|rectangular)\s(?:box|rectangle|circle|square|arrow)(?:es)?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE = frozenset(["quad", "place_of_box", "st"])
"""Opening marks of regions that are none without their closing ones."""


def mask(text: str) -> str:
    """`text` with its markup replaced by as many spaces: every other character keeps its offset."""
    if "<" not in text:
        return text
    pieces, position = [], 0
    for start, end, _ in _spans(_MARKUP, text):
        pieces += [text[position:start], " " * (end - start)]
        position = end
    return "".join(pieces) + text[position:]


def regions(text: str) -> list[str]:
    """The region marks of `text` as written: boxes, four coordinates in a row, "circled", "red box"."""
    return [text[start:end] for start, end, bare in _spans(_REGION, text) if bare not in _BARE]


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str | None]]:
    """(start, end, opening mark that is never closed) of every mark; one that is closed reaches to its closing one.

    A closing mark is looked for only once when there is none: a text of opening marks takes no longer than others.
    """
    position = 0
    missing: set[str] = set()
    while match := pattern.search(text, position):
        opening = match.lastgroup
        position = match.end()
        closing = _CLOSING[opening].search(text, position) if opening and opening not in missing else None
        if closing:
            opening, position = None, closing.end()
        elif opening:
            missing.add(opening)
        yield match.start(), position, opening
