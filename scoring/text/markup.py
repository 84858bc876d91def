"""Markup of vision-language data inside a text: found, and masked without moving any character."""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"""
      <img>.*?</img>                                  # Qwen-VL: the path stands between the tags
    | Picture\s\d+:\s*(?=<img>)
    | <box>.*?</box> | <quad>.*?</quad>
    | <\|(?:box_start|quad_start)\|>.*?<\|(?:box_end|quad_end)\|>
    | <st>.*?<ed>                                     # MultiInstruct-style region tokens
    | <\|[a-z_]+\|>
    | </?(?:image|video|audio|img|ref|box|quad|bbox|region\d*|roi\d*|mask|st|ed|s|loc|p|phrase|grounding
           |object|point|delimiter_of_multi_objects|ImageHere|image_placeholder)(?:[\s_:-]?\d+)*\s*/?>
    | <(?:bin|loc|patch_index|image|region)_?\d+>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_NUMBER = r"\d+(?:\.\d+)?"
_REGION = re.compile(
    rf"""
      <box>.*?</box> | <quad>.*?</quad> | <\|box_start\|>.*?<\|box_end\|> | <st>.*?<ed>
    | <(?:bbox|region\d*|roi\d*|box|mask|point)>
    | [\[(]\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*[\])]
    | (?<![\d.]){_NUMBER}(?:[ ]{_NUMBER}){{3}}(?![\d.]*\d)
    | \b(?:circled|boxed|highlighted|outlined|masked)\b
    | \b(?:bounding|red|blue|green|yellow|square|rectangular)\s(?:box|rectangle|circle|square|arrow)(?:es)?\b
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def mask(text: str) -> str:
    """`text` with its markup replaced by as many spaces: every other character keeps its offset."""
    if "<" not in text:
        return text
    return _MARKUP.sub(lambda match: " " * len(match[0]), text)


def regions(text: str) -> list[str]:
    """The region marks of `text` as written: boxes, four coordinates in a row, "circled", "red box"."""
    return [match[0] for match in _REGION.finditer(text)]
