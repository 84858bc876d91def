"""How usual the words of a response are, as a percentile of ordinary English."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import readability
from scoring.text.readability import Frequencies

METRIC = Metric(
    name="text_readability",
    version="3",
    title="Readability of the response",
    principle="readability",
    subject="turn",
    range=(0.0, 1.0),
    unit="percentile",
    bad_when="both",
    suggested=(0.01, 0.999),
    languages=("en",),
)


def load(_params: Params) -> Frequencies:
    """The unigram frequencies that `wordfreq` ships."""
    return readability.load()


def score(batch: Batch, model: Frequencies) -> list[Result]:
    """Computes the percentile of each response's mean word log-probability among sentences of ordinary English prose.

    0 to 1, 0.5 is typical; None for a response without words. Two-sided: near 0 is noise or jargon, near 1
    boilerplate. The calibrated form of `text_logprob`; the reference percentiles are in
    `assets/readability.json`, which says how they were made.

    Args:
        batch: Turns.
        model: The unigram frequencies.

    Returns:
        One result per turn.
    """
    return [_score(item, model) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem, frequencies: Frequencies) -> Result:
    value = readability.mean_log_probability(item.turn.answer, frequencies)
    return Result(None if value is None else readability.percentile(value))
