"""What a response says can be read in the picture, against what annotators read there and what captions quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from scoring.claims.contract import ClaimKind, DoubtfulClaim, ImageKnowledge
from scoring.claims.described import DescribedObject
from scoring.text import words

_QUOTED = re.compile(
    r"\b(?:says|say|saying|reads|read|reading|displays|displaying|labell?ed|marked|titled|written|words?|text|letters|name)"
    r"[ ,:]{1,3}(?:the (?:word|words|text|letters|name) )?[\"“”'‘]([^\"“”'’\n]{2,60})[\"“”'’]"
)
_ALIKE = 0.75
"""Share of equal characters from which on two readings may be of the same text."""


def quotes(text: str) -> bool:
    """Whether a response quotes what can be read in the picture."""
    return _QUOTED.search(text) is not None


def check(text: str, _described: Sequence[DescribedObject], knowledge: ImageKnowledge) -> Iterator[DoubtfulClaim]:
    """Finds quoted words of which none is like anything that was read in the picture.

    Args:
        text: The response.
        _described: Its objects.
        knowledge: The evidence.

    Yields:
        The claims that the evidence contradicts.
    """
    if not knowledge.readable:
        return
    evidence_words = {word for line in (*knowledge.readable, *knowledge.quoting) for word in words.words(line)}
    for match in _QUOTED.finditer(text):
        claimed_words = words.words(match[1])
        if claimed_words and not any(_is_like(word, evidence_words) for word in claimed_words):
            readable = ", ".join(knowledge.readable[:3])
            reason = f'"{match[1]}" said, "{readable}" known'
            yield DoubtfulClaim("read_text", match.start(1), match.end(1), reason, len(knowledge.readable))


def _is_like(word: str, evidence_words: set[str]) -> bool:
    return word in evidence_words or any(
        SequenceMatcher(None, word, other).ratio() >= _ALIKE for other in evidence_words
    )


KIND = ClaimKind("read_text", check)
