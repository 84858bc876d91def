"""How far the evidence of a sample bears out each noun of a response, whatever it names.

Any noun can be asked for, so nothing is decided: what has the least support ranks first for a person. A word of the
captions or annotated classes, or another name for one, has all of it; others as much as the nearest of these is near
in meaning. Objects that the word list knows count half of that, as a cat is near a dog and yet is none, and scenery
that captions leave unsaid a little more. The idea is ALOHa's (Petryk et al., 2024), without a language model.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from scoring.arrays import Vectors
from scoring.item import Evidence, TurnItem
from scoring.text import content, markup, mentions, negation, sentences, support, word_vectors, words
from scoring.text.mentions import Mention
from scoring.text.verdict import Verdict
from scoring.text.words import Token

_LISTS = json.loads((Path(__file__).parents[2] / "assets" / "nouns.json").read_text(encoding="utf-8"))
_EMPTY = frozenset(_LISTS["empty"])
_SCENERY = frozenset(_LISTS["scenery"])
_NO_NOUN_ENDINGS = ("ly", "ing", "ed")
_ABSTRACT_ENDINGS = ("ness", "ity", "ities", "ence", "ism", "ship", "tion", "tions", "sion", "sions")
_SHORTEST, _SHORTEST_ABSTRACT = 3, 8
"""Letters of a noun, and of one that such an ending makes abstract: not so "city" or "fence"."""
_PART = 4
"""Letters that two words share at least where one is part of the other: "bookshelf", "shelf"."""
_NEAR, _SIBLING, _LOOKED_FOR, _USUAL, _DOUBT = 0.7, 0.5, -0.3, 0.1, -0.1
_FLOOR = 0.3
"""How nearness becomes support, chosen on captions of which one noun was exchanged."""

NounTest = frozenset[str]
"""The words that are usually something else than a noun."""


@dataclass(frozen=True, slots=True)
class SupportedWord:
    """A noun at the characters [start, end), its support from 0 to 1, and the word of the evidence nearest to it."""

    start: int
    end: int
    text: str
    support: float
    nearest: str


def load() -> NounTest:
    """The word list of `textblob`'s tagger: 94,000 words with their usual part of speech."""
    spec = importlib.util.find_spec("textblob")
    if spec is None or spec.origin is None:
        return frozenset()
    lines = (Path(spec.origin).parent / "en" / "en-lexicon.txt").read_text(encoding="utf-8").splitlines()
    tagged = (line.split(" ") for line in lines if not line.startswith(";"))
    return frozenset(pair[0] for pair in tagged if len(pair) > 1 and not pair[1].startswith("NN"))


def rate(item: TurnItem, others: NounTest) -> list[SupportedWord]:
    """Rates every noun that a response asserts.

    Args:
        item: The turn with its evidence.
        others: As `load` gives it.

    Returns:
        The nouns in order; none without evidence.
    """
    evidence = item.sample.evidence
    if evidence is None or not (evidence.captions or evidence.objects):
        return []
    asserted = [
        mention
        for mention in mentions.find(item.turn.answer, support.words_of(evidence))
        if not mention.silent and mention.text.lower() not in _EMPTY
    ]
    facts = support.facts_of(evidence)
    verdicts = support.verdicts(asserted, facts, support.is_brief(item))
    rated = [_of_object(mention, verdict, evidence) for mention, verdict in zip(asserted, verdicts, strict=True)]
    placed = {index for mention in asserted for index in range(mention.start, mention.end)}
    rated += [_of_word(token, evidence) for token in _nouns(item.turn.answer, others) if token.start not in placed]
    return sorted(rated, key=lambda word: word.start)


def _of_object(mention: Mention, verdict: Verdict, evidence: Evidence) -> SupportedWord:
    name = mention.text.lower()
    words_by_stem = _evidence_words(evidence)
    if verdict == "supported" or all(content.stem(word) in words_by_stem for word in content.content_words(name)):
        return SupportedWord(mention.start, mention.end, mention.text, 1.0, name)
    nearness, nearest = _nearest(name, evidence)
    raw = _SIBLING * nearness + _DOUBT + (_LOOKED_FOR if verdict == "unsupported" else 0.0)
    return _word(mention.start, mention.end, mention.text, raw, nearest)


def _of_word(token: Token, evidence: Evidence) -> SupportedWord:
    nearest = _same_word(token.word, evidence)
    if nearest:
        return SupportedWord(token.start, token.end, token.word, 1.0, nearest)
    nearness, nearest = _nearest(token.word, evidence)
    return _word(token.start, token.end, token.word, nearness, nearest)


def _word(start: int, end: int, text: str, raw: float, nearest: str) -> SupportedWord:
    usual = _USUAL if text.lower() in _SCENERY else 0.0
    return SupportedWord(start, end, text, round(min(max(_FLOOR + _NEAR * (raw + usual), 0.0), 0.99), 4), nearest)


def _nouns(text: str, others: NounTest) -> Iterator[Token]:
    """Words of the text that are nouns, in what it asserts."""
    masked = markup.mask(text)
    for start, end in sentences.spans(masked):
        tokens = [token for token in words.tokens(masked[start:end]) if token.word != "-"]
        reasons = negation.silent([token.word for token in tokens])
        before = ""
        for token, reason in zip(tokens, reasons, strict=True):
            if not reason and before != "to" and _may_be_noun(token.word, others):
                yield Token(token.word, start + token.start, start + token.end)
            before = token.word


def _may_be_noun(word: str, others: NounTest) -> bool:
    if len(word) < _SHORTEST or not word.isalpha() or word in _EMPTY or word in others:
        return False
    if len(word) >= _SHORTEST_ABSTRACT and word.endswith(_ABSTRACT_ENDINGS):
        return False
    return not word.endswith(_NO_NOUN_ENDINGS) and content.means_something(word)


@lru_cache(maxsize=4096)
def _evidence_words(evidence: Evidence) -> dict[str, str]:
    """The content words of captions and annotated classes by their stems."""
    texts = (*evidence.captions, *evidence.objects)
    return {content.stem(word): word for text in texts for word in content.content_words(text)}


@lru_cache(maxsize=128)
def _evidence_vectors(evidence: Evidence) -> Vectors:
    return np.stack([word_vectors.of_word(word) for word in _evidence_words(evidence).values()])


def _same_word(word: str, evidence: Evidence) -> str:
    """The word of the evidence that is this one in another form, or of which one is part of the other; "" for none."""
    words_by_stem = _evidence_words(evidence)
    same = words_by_stem.get(content.stem(word))
    if same:
        return same
    parts = (other for other in words_by_stem.values() if len(other) >= _PART and (other in word or word in other))
    return next(parts, "") if len(word) >= _PART else ""


def _nearest(word: str, evidence: Evidence) -> tuple[float, str]:
    """(cosine, word) of the evidence's word that is nearest in meaning."""
    evidence_words = list(_evidence_words(evidence).values())
    if not evidence_words:
        return 0.0, ""
    cosines = _evidence_vectors(evidence) @ word_vectors.of_word(word)
    best = int(cosines.argmax())
    return float(cosines[best]), evidence_words[best] if cosines[best] > 0 else ""
