"""How many different pairs of words a draw of texts has (distinct-2): a set that repeats itself has few.

Li et al., 2016 (https://aclanthology.org/N16-1014). The more pairs are drawn the smaller is the share of different
ones, so the share is the one that is expected among a fixed number of pairs (rarefaction, Hurlbert, 1971, Ecology 52).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from scoring import shares
from scoring.indicator import IndicatorValue
from scoring.text import markup, words

PAIRS = 1_000


def of_texts(texts: Iterable[str]) -> IndicatorValue:
    """Computes the share of different ones among PAIRS word pairs.

    Args:
        texts: Pairs are never of words of two texts.

    Returns:
        0 to 1, over the number of texts; None for fewer pairs.
    """
    counts: Counter[tuple[str, str]] = Counter()
    texts = list(texts)
    for text in texts:
        counts.update(pairwise(words.words(markup.mask(text))))
    if counts.total() < PAIRS:
        return IndicatorValue(None, f"not computed: {counts.total():,} word pairs, fewer than {PAIRS:,}")
    expected = shares.expected_kinds(np.array(list(counts.values()), dtype=np.int64), PAIRS)
    return IndicatorValue(expected / PAIRS, f"of {PAIRS:,} word pairs", len(texts))
