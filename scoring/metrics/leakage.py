"""Responses that speak of the annotations behind the image instead of the image."""

from __future__ import annotations

import json
import re
from pathlib import Path

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result

METRIC = Metric(
    name="leakage",
    version="3",
    title="Prompt leakage",
    principle="structure",
    subject="turn",
    range=(0.0, None),
    unit="phrases",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("leakage",),
    languages=("en",),
)

_PATTERNS = Path(__file__).parents[2] / "assets" / "leakage.json"


def load(_params: Params) -> re.Pattern[str]:
    """The phrases of `assets/leakage.json`, as one pattern."""
    return re.compile("|".join(json.loads(_PATTERNS.read_text(encoding="utf-8"))), re.IGNORECASE)


def score(batch: Batch, model: re.Pattern[str]) -> list[Result]:
    """Counts the phrases in each response that betray the textual clues it was generated from.

    From 0; every phrase is flagged. Text generated from captions and boxes (Self-Instruct, section 4.2.1 of
    Li et al., TMLR 2024) tends to say "the given description does not mention".

    Args:
        batch: Turns.
        model: The phrases, as one pattern.

    Returns:
        One result per turn, with a flag per phrase.
    """
    return [_score(item, model) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem, pattern: re.Pattern[str]) -> Result:
    flags = tuple(_flag(item, match) for match in pattern.finditer(item.turn.answer))
    return Result(float(len(flags)), flags=flags)


def _flag(item: TurnItem, match: re.Match[str]) -> Flag:
    return Flag(
        kind="leakage",
        reason=f'"{match[0]}" speaks of the text that the response was generated from, which no reader sees.',
        turn=item.turn.index,
        start=match.start(),
        end=match.end(),
        text=match[0],
    )
