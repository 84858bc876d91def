"""Semantic elements of a sentence, counted from part-of-speech tags."""

from __future__ import annotations

from collections.abc import Callable
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


def load() -> Tagger:
    """`textblob`'s pattern tagger, which comes with its word list and needs no corpus."""
    from textblob.en.taggers import PatternTagger

    tagger = PatternTagger()

    @lru_cache(maxsize=65536)
    def tag(text: str) -> list[tuple[str, str]]:
        return tagger.tag(text, tokenize=True)

    return tag


def count(text: str, tagger: Tagger) -> int:
    """Main verbs, noun phrases and question words of `text`, one each: "What is the dog eating?" has 3."""
    if not text.strip():
        return 0
    tagged = tagger(" ".join(text.split()))
    return _predicates(tagged) + _arguments(tagged) + sum(tag in _QUESTION for _, tag in tagged)


def _predicates(tagged: list[tuple[str, str]]) -> int:
    """Verbs, auxiliaries only where no other verb follows in the next four words."""
    found = 0
    for index, (word, tag) in enumerate(tagged):
        following = [later for _, later in tagged[index + 1 : index + 5]]
        helps = word.lower() in _AUXILIARIES and any(later.startswith("VB") for later in following)
        found += tag.startswith("VB") and not helps
    return found


def _arguments(tagged: list[tuple[str, str]]) -> int:
    """Runs of words that form one noun phrase each."""
    found, inside = 0, False
    for _, tag in tagged:
        nominal = tag.startswith(_NOMINAL) and tag != "PRP$"
        if nominal and not inside:
            found += 1
            inside = True
        elif not tag.startswith(_INSIDE) or tag in ("DT", "PRP$", "WDT"):
            inside = False
    return found
