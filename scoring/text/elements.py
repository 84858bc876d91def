"""Semantic elements of a sentence, counted from part-of-speech tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

Tagger = Callable[[str], list[tuple[str, str]]]
"""Gives (word, Penn Treebank tag) pairs."""

_AUXILIARIES = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "shall",
        "should",
        "may",
        "might",
        "must",
    ]
)
_NOMINAL = ("NN", "PRP", "CD", "FW")
_INSIDE = (*_NOMINAL, "JJ", "DT", "PRP$", "POS", "WDT")
_QUESTION = frozenset(["WP", "WRB", "WDT"])


_OFTEN, _PIECE = 300, 2000
"""Characters up to which a text is remembered, and up to which it is tagged in one piece."""
_SENTENCE_END = re.compile(r"(?<=[a-z]{4}[.!?]) (?=[A-Za-z])")


def load() -> Tagger:
    """`textblob`'s pattern tagger, which comes with its word list and needs no corpus."""
    from textblob.en.taggers import PatternTagger

    tagger = PatternTagger()

    @lru_cache(maxsize=4096)
    def often(text: str) -> list[tuple[str, str]]:
        return tagger.tag(text, tokenize=True)

    def tag(text: str) -> list[tuple[str, str]]:
        if len(text) <= _OFTEN:
            return often(text)
        return [pair for piece in _pieces(text) for pair in tagger.tag(piece, tokenize=True)]

    return tag


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of at most _PIECE characters: the tagger's time grows with the square of a text without end.

    They are cut behind sentences, which are tagged one by one anyhow; where there is none, behind a word.
    """
    start = 0
    while len(text) - start > _PIECE:
        ends = [match.end() for match in _SENTENCE_END.finditer(text, start, start + _PIECE)]
        end = ends[-1] if ends else text.rfind(" ", start, start + _PIECE) + 1 or start + _PIECE
        yield text[start:end]
        start = end
    yield text[start:]


def count(text: str, tagger: Tagger) -> int:
    """Counts main verbs, noun phrases and question words, one each: "What is the dog eating?" has 3.

    Args:
        text: One sentence or more.
        tagger: As `load` gives it.

    Returns:
        The number of elements.
    """
    if not text.strip():
        return 0
    tagged = tagger(" ".join(text.split()))
    return _predicates(tagged) + _arguments(tagged) + sum(tag in _QUESTION for _, tag in tagged)


def _predicates(tagged: list[tuple[str, str]]) -> int:
    """Verbs, auxiliaries only where no other verb follows in the next four words."""
    predicates = 0
    for index, (word, tag) in enumerate(tagged):
        following = [later for _, later in tagged[index + 1 : index + 5]]
        helps = word.lower() in _AUXILIARIES and any(later.startswith("VB") for later in following)
        predicates += tag.startswith("VB") and not helps
    return predicates


def _arguments(tagged: list[tuple[str, str]]) -> int:
    """Runs of words that form one noun phrase each."""
    phrases, inside = 0, False
    for _, tag in tagged:
        nominal = tag.startswith(_NOMINAL) and tag != "PRP$"
        if nominal and not inside:
            phrases += 1
            inside = True
        elif not tag.startswith(_INSIDE) or tag in ("DT", "PRP$", "WDT"):
            inside = False
    return phrases
