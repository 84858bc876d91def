"""The noun of a response that its evidence supports least, whatever it names."""

from __future__ import annotations

import math

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Vote
from scoring.text import word_support
from scoring.text.word_support import NounTest, SupportedWord

METRIC = Metric(
    name="word_support",
    version="2",
    title="Least supported word",
    principle="hallucination",
    subject="turn",
    range=(0.0, 100.0),
    unit="% support",
    bad_when="low",
    languages=("en",),
    evidence=True,
)

_OTHERS = 0.15
"""How much the support of the other nouns counts, as a power, beside that of the weakest."""
_WEAK, _MOST = 0.85, 3
"""Support below which a word is shown to people, and how many of a response at most."""


def load(_params: Params) -> NounTest:
    """Which words are nouns, by a tagger's word list."""
    return word_support.load()


def score(batch: Batch, model: NounTest) -> list[Result]:
    """Computes how far captions and annotated objects support the noun of each response that they support least.

    0 to 100; None without evidence or without a noun. 100 where each noun is one of theirs or another name for one;
    else by how near it is to their words, how usual it is, and whether it stands where something of its kind should.
    Other nouns without support make it a little less. It ranks and flags nothing: annotators never wrote down all
    there is. The weakest words are kept as votes of the source "words", so that people see which ones are meant. In
    the manner of ALOHa (Petryk et al., NAACL 2024), with WordNet's nouns and static word vectors in place of a language
    model; without the package `wordllama`, which brings these, nearness is WordNet's alone.

    Args:
        batch: Turns.
        model: Which words are nouns.

    Returns:
        One result per turn, with votes.
    """
    return [_score(item, model) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem, test: NounTest) -> Result:
    rated = word_support.rate(item, test)
    if not rated:
        return Result()
    ranked = sorted(rated, key=lambda word: word.support)
    votes = tuple(_vote(item, word) for word in ranked[:_MOST] if word.support < _WEAK)
    others = math.prod(word.support for word in ranked[1:])
    return Result(100.0 * ranked[0].support * math.pow(others, _OTHERS), votes=votes)


def _vote(item: TurnItem, word: SupportedWord) -> Vote:
    detail = f'nothing known supports it; the nearest is "{word.nearest}"' if word.nearest else "nothing is near it"
    text = item.turn.response[word.start : word.end]
    return Vote(item.turn.index, word.start, word.end, text, "words", word.support, detail)
