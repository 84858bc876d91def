"""Words in a response."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import markup, words

METRIC = Metric(
    name="response_length",
    version="3",
    title="Response length",
    principle="readability",
    subject="turn",
    range=(0.0, None),
    unit="words",
    bad_when="both",
    suggested=(1.0, 1000.0),
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Counts the words and numbers in each response, markup not counted.

    From 0; two letters count as a word in scripts without spaces between words. Two-sided: an empty response teaches
    as little as an endless one.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn.
    """
    return [
        Result(float(words.count(markup.mask(item.turn.answer)))) for item in batch.items if isinstance(item, TurnItem)
    ]
