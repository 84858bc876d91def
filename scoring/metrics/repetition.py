"""Phrases that a response repeats."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import markup, words

METRIC = Metric(
    name="repetition",
    version="2",
    title="Repetition",
    principle="readability",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of 4-word phrases",
    bad_when="high",
    suggested=(None, 0.2),
)

_WORDS = 4
_FEWEST = 8


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Computes the share of each response's 4-word phrases that occurred before in the same response.

    0 (no phrase twice) to nearly 1 (a loop); None below 8 phrases. After the repetition filters of Gopher
    (Rae et al., 2021).

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn.
    """
    return [Result(_repeated(item.turn.answer)) for item in batch.items if isinstance(item, TurnItem)]


def _repeated(response: str) -> float | None:
    response_words = words.words(markup.mask(response))
    phrases = list(zip(*(response_words[offset:] for offset in range(_WORDS)), strict=False))
    if len(phrases) < _FEWEST:
        return None
    return 1.0 - len(set(phrases)) / len(phrases)
