"""Which words a response is made of, as a vector that needs no download.

What a model thought before it answers is left out. Weighted words hashed to 256 signed numbers, see
`scoring.text.vectors`; float32 of length 1, all zeros for a text without words. Stands in for the TF-IDF and SVD of a
whole set, and for a sentence encoder: it knows no synonyms.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoring.arrays import Vectors
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Feature
from scoring.text import readability, vectors, word_vectors
from scoring.text.readability import Frequencies

FEATURE = Feature(
    name="response_words",
    version="2",
    subject="turn",
    stored="vector",
    by_default=not word_vectors.available(),
    title="Response vectors (words, built in)",
)


def load(_params: Params) -> Frequencies:
    """How frequent English words are, from `wordfreq`."""
    return readability.load()


def compute(items: Sequence[TurnItem], model: Frequencies) -> list[Vectors]:
    """Computes one vector per response.

    Args:
        items: The turns.
        model: As `load` gives it.

    Returns:
        Unit vectors, zeros for a text without words, in the order of the items.
    """
    return [vectors.words_vector(item.turn.answer, model) for item in items]
