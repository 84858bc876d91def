"""Content words of a text in a crude base form, to compare what two texts speak of."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from scoring.text import markup, words

_STOPWORDS = frozenset(json.loads((Path(__file__).parents[2] / "assets" / "stopwords.json").read_text("utf-8")))


def stems(text: str) -> list[str]:
    """The words of `text` that carry meaning, in order, without "-s", "-ing", "-ed": "kites" gives "kite"."""
    all_words = words.words(markup.mask(text))
    return [stem(word) for word in all_words if word not in _STOPWORDS and not word[0].isdigit()]


def content_words(text: str) -> list[str]:
    """The words of `text` that carry meaning, in order and as written, in lower case."""
    all_words = words.words(markup.mask(text))
    return [word for word in all_words if word not in _STOPWORDS and len(word) > 2 and not word[0].isdigit()]


def means_something(word: str) -> bool:
    """Whether a lower-case word carries meaning: "dog", not "the"."""
    return word not in _STOPWORDS


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its regular ending; equal for most forms of one word, and no real word always."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return _single(word[: -len(ending)])
    return word


def _single(word: str) -> str:
    """ "runn" of "running" becomes "run"."""
    return word[:-1] if word[-1] == word[-2] and word[-1] not in "ls" else word
