"""How far the evidence of a sample bears out each noun of a response, whatever it names.

Any noun can be asked for, so nothing is decided: what has the least support ranks first for a person. A word of the
captions or annotated classes, or another name for one, has all of it. For the others clues are weighed: how near they
are in meaning to the evidence's words, whether they only say it more generally, and whether they stand where something
of their kind should: "cat", where each caption has a dog of which the response says nothing. The idea is ALOHa's
(Petryk et al., 2024), without a language model.
"""

from __future__ import annotations

import importlib.util
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scoring.arrays import Vectors
from scoring.claims.described import WORDS
from scoring.item import Evidence, TurnItem
from scoring.text import content, markup, mentions, negation, nouns, sentences, support, word_vectors, words
from scoring.text.mentions import Mention
from scoring.text.verdict import Verdict
from scoring.text.words import Token

_LISTS = json.loads((Path(__file__).parents[2] / "assets" / "nouns.json").read_text(encoding="utf-8"))
_EMPTY = frozenset(_LISTS["empty"])
_SCENERY = frozenset(_LISTS["scenery"])
_RATED = frozenset(["", "depicted"])
"""Why a word that is rated may assert nothing: what a poster shows is seen too."""
_BEFORE_NOUNS = frozenset("a an the his her its their this that some two three four five several many of".split())
_NO_NOUN_ENDINGS = ("ly", "ing", "ed")
_ABSTRACT_ENDINGS = ("ness", "ity", "ities", "ence", "ism", "ship", "tion", "tions", "sion", "sions")
_SHORTEST, _SHORTEST_ABSTRACT = 3, 8
"""Letters of a noun, and of one that such an ending makes abstract: not so "city" or "fence"."""
_PART = 4
"""Letters of a word that another one ends in: "bookshelf", "shelf"."""
_ANNOTATED = 2
"""Captions that an annotated class counts as."""
_ANYBODY = frozenset(_LISTS["anybody"])
"""Words for persons that anyone may be called by who is one."""
_USUAL_FREQUENCY = 4.0
_KIN = 0.6
"""The cosine of words that WordNet calls the same, where there are no vectors."""
_GENDERS: dict[str, str] = {word: gender for gender, listed in WORDS["genders"].items() for word in listed}
_AGES: dict[str, str] = {word: age for age, listed in _LISTS["ages"].items() for word in listed}


class _Clues(NamedTuple):
    """What tells whether a word that the evidence has not is borne out by it all the same; each from 0 to 1.

    `nearness` is the cosine to the nearest word of the evidence, `wider` in what share of the captions there is a kind
    of it, `displaced` how near and often there is something of which the response says nothing. `frequency` is how
    much more usual the word is than others, by powers of ten.
    """

    nearness: float = 0.0
    wider: float = 0.0
    displaced: float = 0.0
    frequency: float = 0.0
    usual: float = 0.0
    looked_for: float = 0.0
    person: float = 0.0
    gender: float = 0.0
    age: float = 0.0
    concrete: float = 0.0


_WEIGHTS = _Clues(
    nearness=6.0, wider=1.6, displaced=-2.3, frequency=0.5, usual=1.0, looked_for=-2.4, person=-0.3, gender=-0.8,
    age=-0.5, concrete=-2.6,
)  # fmt: skip
_BIAS = 1.6
"""Of the logarithm of the odds that a word is borne out; fitted on captions of which one noun was exchanged."""


@dataclass(frozen=True, slots=True)
class NounTest:
    """The words that are usually something else than a noun, and those of them that are verbs or adjectives."""

    others: frozenset[str]
    open_class: frozenset[str]


@dataclass(frozen=True, slots=True)
class SupportedWord:
    """A noun at the characters [start, end), its support from 0 to 1, and the word of the evidence nearest to it."""

    start: int
    end: int
    text: str
    support: float
    nearest: str


@dataclass(frozen=True)
class _EvidenceNouns:
    """What the evidence speaks of: its words, these by stem, their concrete nouns with the share of captions that have
    them, and which genders and ages its persons are of."""

    words: tuple[str, ...]
    by_stem: dict[str, str]
    shares: dict[str, float]
    genders: frozenset[str]
    ages: frozenset[str]

    @cached_property
    def vectors(self) -> Vectors:
        """Those of the words."""
        return np.stack([word_vectors.of_word(word) for word in self.words])


def load() -> NounTest:
    """The word list of `textblob`'s tagger: 94,000 words with their usual part of speech."""
    spec = importlib.util.find_spec("textblob")
    if spec is None or spec.origin is None:
        return NounTest(frozenset(), frozenset())
    lines = (Path(spec.origin).parent / "en" / "en-lexicon.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ")[:2] for line in lines if not line.startswith(";") and " " in line)
    tags = {word: tag for word, tag in pairs if not tag.startswith("NN")}
    return NounTest(frozenset(tags), frozenset(word for word, tag in tags.items() if tag.startswith(("VB", "JJ"))))


def rate(item: TurnItem, test: NounTest) -> list[SupportedWord]:
    """Rates every noun that a response asserts.

    Args:
        item: The turn with its evidence.
        test: As `load` gives it.

    Returns:
        The nouns in order; none without evidence.
    """
    evidence = item.sample.evidence
    if evidence is None or not (evidence.captions or evidence.objects):
        return []
    asserted = [
        mention
        for mention in mentions.find(item.turn.answer, support.words_of(evidence))
        if mention.silent in _RATED and mention.text.lower() not in _EMPTY
    ]
    verdicts = support.verdicts(asserted, support.facts_of(evidence), support.is_brief(item))
    placed = {index for mention in asserted for index in range(mention.start, mention.end)}
    tokens = [token for token in _nouns(item.turn.answer, test) if token.start not in placed]
    names = [_head(mention.text.lower()) for mention in asserted] + [token.word for token in tokens]
    answer = _AnswerNouns(frozenset(nouns.singular(name) for name in names), _evidence_nouns(evidence))
    rated = [answer.of_object(mention, verdict) for mention, verdict in zip(asserted, verdicts, strict=True)]
    rated += [answer.of_word(token) for token in tokens]
    return sorted(rated, key=lambda word: word.start)


@dataclass(frozen=True, slots=True)
class _AnswerNouns:
    """The concrete nouns of a response, beside what the evidence of its picture speaks of."""

    nouns: frozenset[str]
    evidence: _EvidenceNouns

    def of_object(self, mention: Mention, verdict: Verdict) -> SupportedWord:
        """The support of a name that the word list has."""
        name = mention.text.lower()
        person = mention.readings[0] == "person"
        same_words = all(content.stem(word) in self.evidence.by_stem for word in content.content_words(name))
        if same_words or (verdict == "supported" and (not person or self._may_be(name))):
            return SupportedWord(mention.start, mention.end, mention.text, 1.0, name)
        clues, nearest = self._clues(name, verdict == "unsupported", person)
        return SupportedWord(mention.start, mention.end, mention.text, _support(clues), nearest)

    def of_word(self, token: Token) -> SupportedWord:
        """The support of any other noun."""
        same = self._same_word(token.word)
        if same:
            return SupportedWord(token.start, token.end, token.word, 1.0, same)
        clues, nearest = self._clues(token.word, False, False)
        return SupportedWord(token.start, token.end, token.word, _support(clues), nearest)

    def _may_be(self, name: str) -> bool:
        """Whether a name fits some person of the evidence: anybody is a person, not a surfer, and no man a girl."""
        return name in _ANYBODY and not self._other_gender(name) and not self._other_age(name)

    def _other_gender(self, name: str) -> bool:
        return bool(self.evidence.genders) and _GENDERS.get(name) not in (None, *self.evidence.genders)

    def _other_age(self, name: str) -> bool:
        return bool(self.evidence.ages) and _AGES.get(name) not in (None, *self.evidence.ages)

    def _clues(self, name: str, looked_for: bool, person: bool) -> tuple[_Clues, str]:
        """The clues, and the word of the evidence that is nearest in meaning."""
        head = _head(name)
        noun = nouns.singular(head)
        wider = displaced = kin = 0.0
        for other, share in self.evidence.shares.items():
            kinship = nouns.kinship(noun, other)
            kin = max(kin, kinship.nearness)
            if kinship.above:
                wider = max(wider, share)
            elif not kinship.below and share * kinship.nearness > displaced and not self._names(other, noun):
                displaced = share * kinship.nearness
        nearness, nearest = self._nearest(name)
        clues = _Clues(
            nearness if word_vectors.available() else _KIN * kin,
            wider,
            displaced,
            _zipf(head) - _USUAL_FREQUENCY,
            name in _SCENERY or any(nouns.is_kind(noun, worn) for worn in nouns.WORN),
            looked_for,
            person,
            person and self._other_gender(name),
            person and self._other_age(name),
            bool(noun),
        )
        return clues, nearest

    def _names(self, other: str, noun: str) -> bool:
        """Whether the response has a name, other than `noun`, for something that the evidence has."""
        if other in self.nouns:
            return True
        relations = (nouns.kinship(word, other) for word in self.nouns if word != noun)
        return any(kinship.above or kinship.below for kinship in relations)

    def _same_word(self, word: str) -> str:
        """The word of the evidence that is this one in another form, ends as it does or means the same; "" for none."""
        same = self.evidence.by_stem.get(content.stem(word))
        if same:
            return same
        ends = (
            other
            for other in self.evidence.words
            if min(len(word), len(other)) >= _PART and (word.endswith(other) or other.endswith(word))
        )
        noun = nouns.singular(word)
        synonyms = (other for other in self.evidence.shares if nouns.same(noun, other))
        return next(ends, "") or next(synonyms, "")

    def _nearest(self, word: str) -> tuple[float, str]:
        """(cosine, word) of the evidence's word that is nearest in meaning."""
        if not self.evidence.words:
            return 0.0, ""
        cosines = self.evidence.vectors @ word_vectors.of_word(word)
        best = int(cosines.argmax())
        return max(float(cosines[best]), 0.0), self.evidence.words[best] if cosines[best] > 0 else ""


def _support(clues: _Clues) -> float:
    odds = _BIAS + sum(weight * clue for weight, clue in zip(_WEIGHTS, clues, strict=True))
    return round(min(1.0 / (1.0 + math.exp(-odds)), 0.99), 4)


def _head(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


@lru_cache(maxsize=65536)
def _zipf(word: str) -> float:
    import wordfreq

    return wordfreq.zipf_frequency(word, "en")


def _nouns(text: str, test: NounTest) -> Iterator[Token]:
    """Words of the text that are nouns, in what it asserts."""
    masked = markup.mask(text)
    for start, end in sentences.spans(masked):
        tokens = [token for token in words.tokens(masked[start:end]) if token.word != "-"]
        sentence = [token.word for token in tokens]
        reasons = negation.silent(sentence)
        for index, (token, reason) in enumerate(zip(tokens, reasons, strict=True)):
            if reason in _RATED and _may_be_noun(token.word, test) and _is_noun_here(sentence, index, test):
                yield Token(token.word, start + token.start, start + token.end)


def _may_be_noun(word: str, test: NounTest) -> bool:
    if len(word) < _SHORTEST or not word.isalpha() or word in _EMPTY:
        return False
    if word in test.others and not (word in test.open_class and nouns.singular(word)):
        return False
    if len(word) >= _SHORTEST_ABSTRACT and word.endswith(_ABSTRACT_ENDINGS):
        return False
    return not word.endswith(_NO_NOUN_ENDINGS) and content.means_something(word)


def _is_noun_here(sentence: list[str], index: int, test: NounTest) -> bool:
    """Whether a word that may be a noun stands like one, if it is usually none: "a green catapult", not "dogs duck"."""
    before = sentence[index - 1] if index else ""
    if sentence[index] not in test.others:
        return before != "to"
    behind = sentence[index + 1] if index + 1 < len(sentence) else "."
    return (before in _BEFORE_NOUNS or before in test.open_class) and not _may_be_noun(behind, test)


@lru_cache(maxsize=512)
def _evidence_nouns(evidence: Evidence) -> _EvidenceNouns:
    texts = [set(content.content_words(text)) for text in (*evidence.captions, *_ANNOTATED * evidence.objects)]
    counts = Counter(word for listed in texts for word in listed)
    several = max(len(evidence.captions), 1)
    shares: Counter[str] = Counter()
    for word, count in counts.items():
        shares[nouns.singular(word)] += count
    del shares[""]
    return _EvidenceNouns(
        tuple(counts),
        {content.stem(word): word for word in counts},
        {noun: min(1.0, count / several) for noun, count in shares.items()},
        frozenset(_GENDERS[word] for word in counts if word in _GENDERS),
        frozenset(_AGES[word] for word in counts if word in _AGES),
    )
