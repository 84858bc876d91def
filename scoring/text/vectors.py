"""Texts as vectors of hashed words, one text at a time and without any download.

A word weighs (1 + ln count) x its rarity in running English (-log10 of its share, less 1.2): the stand-in for
an inverse document frequency, which would need the whole set. It is spread with signs over 8 of 256 numbers
chosen by its hash (a sparse random projection: Achlioptas, 2003; feature hashing: Weinberger et al., 2009,
https://arxiv.org/abs/0902.2206), so cosines are those of the words up to an error of about 1/16. TF-IDF with SVD
on a whole set (LSA), which a stage may do, sees which words go together in that set; these vectors do not, but
they never change when data arrive.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from scoring.arrays import Bytes, Vectors
from scoring.text import content, markup, words
from scoring.text.readability import Frequencies

DIMENSIONS, SPREAD = 256, 8
RAREST = 1e-8


def words_vector(text: str, frequencies: Frequencies) -> Vectors:
    """Computes the vector of a text's words.

    Args:
        text: Any text.
        frequencies: As `scoring.text.readability.load` gives them.

    Returns:
        A float32 vector of 256 numbers and length 1, all zeros for a text without words.
    """
    counts = Counter(words.words(markup.mask(text)))
    vector = np.zeros(DIMENSIONS, np.float32)
    for word, count in counts.items():
        indices, signs = _spread(content.stem(word))
        np.add.at(vector, indices, signs * ((1 + math.log(count)) * _rarity(word, frequencies)))
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def _rarity(word: str, frequencies: Frequencies) -> float:
    """0.1 for "the" (5 % of all words), 2.7 for "dog", 6.8 for a word that nobody uses, 2.8 for a number."""
    share = 1e-4 if word[0].isdigit() else frequencies.get(word, 0.0)
    return max(-math.log10(max(share, RAREST)) - 1.2, 0.1)


@lru_cache(maxsize=65536)
def _spread(word: str) -> tuple[Bytes, Vectors]:
    """The 8 places of a word and a sign for each, from its hash."""
    digest = np.frombuffer(blake2b(word.encode(), digest_size=SPREAD + 1).digest(), np.uint8)
    signs = np.unpackbits(digest[SPREAD:]).astype(np.float32) * 2 - 1
    return digest[:SPREAD], signs / math.sqrt(SPREAD)
