"""What a response means, as a vector of a sentence encoder; SimCSE unless told otherwise.

What a model thought before it answers is left out. Float32 of length 1, 768 numbers for SimCSE on BERT base; all zeros
for an empty text. Model: Gao et al., 2021,
https://arxiv.org/abs/2104.08821, as in Li et al., TMLR 2024, section 3.3.3. Any `sentence-transformers` id or
folder may take its place; cuts and distances do not carry over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scoring import device
from scoring.arrays import Vectors
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Feature
from scoring.models import sentence

if TYPE_CHECKING:
    from scoring.models.sentence import Sentences

FEATURE = Feature(
    name="response_vector",
    version="2",
    subject="turn",
    stored="vector",
    title="Response vectors (sentence encoder)",
    params=device.deciding(sentence.PARAMS),
    running=device.RUNNING,
)


def load(params: Params) -> Sentences:
    """The sentence encoder. Raises Unavailable without its weights."""
    return sentence.load(params)


def compute(items: Sequence[TurnItem], model: Sentences) -> list[Vectors]:
    """Computes one vector per response.

    Args:
        items: The turns.
        model: As `load` gives it.

    Returns:
        Unit vectors, zeros for an empty text, in the order of the items.
    """
    return model.vectors([item.turn.answer for item in items])
