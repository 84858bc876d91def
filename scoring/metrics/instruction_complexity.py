"""How much an instruction says: its predicates and their arguments."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import elements, markup
from scoring.text.elements import Tagger

METRIC = Metric(
    name="instruction_complexity",
    version="2",
    title="Semantic elements of the instruction",
    principle="instruction complexity",
    subject="turn",
    range=(0.0, None),
    unit="elements",
    bad_when="low",
    suggested=(2.0, None),
    languages=("en",),
    reads="instruction",
)


def load(_params: Params) -> Tagger:
    """The part-of-speech tagger, without any download."""
    return elements.load()


def score(batch: Batch, model: Tagger) -> list[Result]:
    """Counts the semantic elements in each instruction: main verbs, noun phrases and question words.

    From 0. By part-of-speech tags (`textblob`'s pattern tagger) and chunk rules; auxiliaries and modals count
    only where no other verb follows. Li et al., TMLR 2024, section 3.3.3, instruction complexity.

    Args:
        batch: Turns.
        model: The tagger.

    Returns:
        One result per turn.
    """
    return [
        Result(float(elements.count(markup.mask(item.turn.instruction), model)))
        for item in batch.items
        if isinstance(item, TurnItem)
    ]
