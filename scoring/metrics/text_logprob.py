"""How usual the words of a response are, as a raw log-probability."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import readability
from scoring.text.readability import Frequencies

METRIC = Metric(
    name="text_logprob",
    version="3",
    title="Mean log-probability of words",
    principle="readability",
    subject="turn",
    range=(None, 0.0),
    unit="nats per word",
    bad_when="both",
    suggested=(-10.5, -4.5),
    languages=("en",),
)


def load(_params: Params) -> Frequencies:
    """The unigram frequencies that `wordfreq` ships."""
    return readability.load()


def score(batch: Batch, model: Frequencies) -> list[Result]:
    """Computes the mean natural log of the unigram probability of each response's words (equation 2 of the paper).

    At most 0, and -20.7 for a word never seen; None for a response without words. Two-sided: boilerplate of
    the most usual words is as suspicious as noise. Li et al., TMLR 2024, section 3.3.3, with English unigram
    frequencies (`wordfreq`) in place of a language model.

    Args:
        batch: Turns.
        model: The unigram frequencies.

    Returns:
        One result per turn.
    """
    return [
        Result(readability.mean_log_probability(item.turn.answer, model))
        for item in batch.items
        if isinstance(item, TurnItem)
    ]
