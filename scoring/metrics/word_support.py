"""The noun of a response that its evidence supports least, whatever it names."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Vote
from scoring.text import word_support
from scoring.text.word_support import NounTest, SupportedWord

METRIC = Metric(
    name="word_support",
    version="1",
    title="Least supported word",
    principle="hallucination",
    subject="turn",
    range=(0.0, 100.0),
    unit="% support",
    bad_when="low",
    languages=("en",),
    evidence=True,
)

_WEAK, _MOST = 0.6, 3
"""Support below which a word is shown to people, and how many of a response at most."""


def load(_params: Params) -> NounTest:
    """The words that are no nouns."""
    return word_support.load()


def score(batch: Batch, model: NounTest) -> list[Result]:
    """Computes how far captions and annotated objects support the noun of each response that they support least.

    0 to 100; None without evidence or without a noun. 100 where each noun is one of theirs or another name for one;
    else by the nearest of their words in meaning. It ranks and flags nothing: annotators never wrote down all there is.
    The weakest words are kept as votes of the source "words", so that people see which ones are meant. In the manner
    of ALOHa (Petryk et al., NAACL 2024), with the word list and static word vectors in place of a language model;
    without the package `wordllama`, which brings these, words of another form and name are all as far.

    Args:
        batch: Turns.
        model: The words that are no nouns.

    Returns:
        One result per turn, with votes.
    """
    return [_score(item, model) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem, others: NounTest) -> Result:
    rated = word_support.rate(item, others)
    if not rated:
        return Result()
    weakest = sorted(rated, key=lambda word: word.support)[:_MOST]
    votes = tuple(_vote(item, word) for word in weakest if word.support < _WEAK)
    return Result(100.0 * weakest[0].support, votes=votes)


def _vote(item: TurnItem, word: SupportedWord) -> Vote:
    detail = f'nothing known supports it; the nearest is "{word.nearest}"' if word.nearest else "nothing is near it"
    text = item.turn.response[word.start : word.end]
    return Vote(item.turn.index, word.start, word.end, text, "words", word.support, detail)
