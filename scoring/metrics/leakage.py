"""Responses that speak of the annotations behind the image instead of the image."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scoring.item import TurnItem
from scoring.metric import Batch, Flag, Metric, Result

METRIC = Metric(
    name="leakage",
    version="1",
    title="Prompt leakage",
    principle="structure",
    subject="turn",
    range=(0.0, None),
    unit="phrases",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("leakage",),
)

_PATTERN = re.compile(
    r"""
      \b(?:the|this|your|given|provided|above)\s(?:(?:given|provided|above|image|textual|following|short)\s){0,2}
        (?:descriptions?|captions?|annotations?|bounding\sbox(?:es)?|visual\sclues?|context|text|information|coordinates
        |metadata|detections?)
        \s(?:(?:provided|given|above|available|supplied)\s)?(?:do(?:es)?\snot|don['’]t|doesn['’]t|did\snot|didn['’]t|never
        |only|also|clearly|alone|explicitly|says?|states?|mentions?|describes?|indicates?|tells?|suggests?|provides?
        |specif(?:y|ies))\b
        (?:\s(?:mention|specify|provide|state|say|include|contain|indicate|describe|give|tell|show)\w*)?
    | \b(?:based|according|judging|relying|going|inferred|deduced|derived|as\s(?:stated|mentioned|described|indicated|given))
        \s?(?:only\s|solely\s)?(?:on|to|from|by|in)\s(?:the|this|your|these)\s(?:(?:given|provided|above|available|image|textual|short
        |limited|five)\s){0,3}(?:descriptions?|captions?|annotations?|bounding\sbox(?:es)?|visual\sclues?|coordinates
        |metadata|(?:text(?:ual)?\s)?information|details|context|detections?|sentences)\b
    | \b(?:information|details|descriptions?|captions?)\s(?:that\s(?:is|are|was|were)\s)?(?:provided|given|supplied|available)\b
    | \bnot\s(?:mentioned|specified|stated|provided|described|given|indicated)\sin\sthe\s(?:given\s|provided\s|image\s)?
        (?:descriptions?|captions?|annotations?|text|information|context)\b
    | \b(?:the|this|first|second|third|one)\s(?:given\s|provided\s)?(?:caption|annotation|description)s?\s(?:mention|state|say|describe)s?\b
    | \bin\sthe\s(?:given|provided)\s(?:captions?|descriptions?|annotations?|text|context|information)\b
    | \bas\san\s(?:image\s)?(?:annotat|caption)\w+\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def load(params: Mapping[str, Any]) -> None:
    """Nothing to load."""


def score(batch: Batch, model: None) -> list[Result]:
    """Number of phrases in each response that betray the textual clues it was generated from.

    From 0; every phrase is flagged. Text generated from captions and boxes (Self-Instruct, section 4.2.1 of
    Li et al., TMLR 2024) tends to say "the given description does not mention".
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    found = tuple(_flag(item, match) for match in _PATTERN.finditer(item.turn.response))
    return Result(float(len(found)), flags=found)


def _flag(item: TurnItem, match: re.Match[str]) -> Flag:
    return Flag(
        kind="leakage",
        reason=f'"{match[0]}" speaks of the text that the response was generated from, which no reader sees.',
        turn=item.turn.index,
        start=match.start(),
        end=match.end(),
        text=match[0],
    )
