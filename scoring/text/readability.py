"""Word probabilities of a text, raw and as a percentile of ordinary English."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scoring.text import markup, words

Frequencies = Mapping[str, float]
"""Share of running English text by lower-case word."""

_REFERENCE = Path(__file__).parents[2] / "assets" / "readability.json"
_UNSEEN = 1e-9
_PART = 1e-2
"""A clitic such as "'s" or "n't": usual, but missing from the word list."""


def load() -> Frequencies:
    """English unigram frequencies, offline, from `wordfreq`."""
    import wordfreq

    return wordfreq.get_frequency_dict("en", wordlist="best")


def mean_log_probability(text: str, frequencies: Frequencies) -> float | None:
    """Computes the mean natural log of the words' unigram probabilities, markup and numbers apart.

    Args:
        text: Any text.
        frequencies: As `load` gives them.

    Returns:
        At most 0; None for a text without words.
    """
    text_words = [word for word in words.words(markup.mask(text)) if not word[0].isdigit()]
    if not text_words:
        return None
    return sum(math.log(_probability(word, frequencies)) for word in text_words) / len(text_words)


def percentile(value: float) -> float:
    """Share of the reference sentences with a lower mean log-probability, 0 to 1, interpolated."""
    points = _reference()
    above = bisect_left(points, value)
    if above == 0:
        return 0.0
    if above == len(points):
        return 1.0
    low, high = points[above - 1], points[above]
    return (above - 1 + (value - low) / (high - low)) / (len(points) - 1)


def _probability(word: str, frequencies: Frequencies) -> float:
    return max(frequencies.get(word, _PART if word.endswith("n't") else 0.0), _UNSEEN)


@cache
def _reference() -> tuple[float, ...]:
    return tuple(json.loads(_REFERENCE.read_text(encoding="utf-8"))["percentiles"])
