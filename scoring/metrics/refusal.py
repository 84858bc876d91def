"""Responses that decline to answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result

METRIC = Metric(
    name="refusal",
    version="3",
    title="Refusal",
    principle="structure",
    subject="turn",
    range=(0.0, 1.0),
    unit="0 or 1",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("refusal",),
    languages=("en",),
)

_PATTERNS = Path(__file__).parents[2] / "assets" / "refusal.json"

_QUOTE = re.compile(r"[\"“][^\"“”\n]*[\"”]")


def load(_params: Params) -> re.Pattern[str]:
    """The phrases of `assets/refusal.json`, as one pattern."""
    return re.compile("|".join(json.loads(_PATTERNS.read_text(encoding="utf-8"))), re.IGNORECASE)


def score(batch: Batch, model: re.Pattern[str]) -> list[Result]:
    """Gives 1 where a response declines or speaks of itself as a program, else 0.

    The first such phrase is flagged. What a person or a sign in the image says (in quotes), and what someone
    in the image cannot do, is no refusal.

    Args:
        batch: Turns.
        model: The phrases, as one pattern.

    Returns:
        One result per turn.
    """
    return [_score(item, model) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem, pattern: re.Pattern[str]) -> Result:
    match = pattern.search(_unquoted(item.turn.answer))
    return Result(1.0, flags=(_flag(item, match),)) if match else Result(0.0)


def _unquoted(response: str) -> str:
    """The response with quotations blanked: a sign may well say that it is sorry."""
    return _QUOTE.sub(lambda match: " " * len(match[0]), response)


def _flag(item: TurnItem, match: re.Match[str]) -> Flag:
    return Flag(
        kind="refusal",
        reason=f'"{match[0].strip()}" declines to answer.',
        turn=item.turn.index,
        start=match.start(),
        end=match.end(),
        text=item.turn.answer[match.start() : match.end()],
    )
