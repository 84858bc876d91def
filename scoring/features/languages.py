"""The languages of a turn's instruction and response, shared by all metrics that know only some languages."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Feature
from scoring.text import language
from scoring.text.language import TurnLanguages

FEATURE = Feature(name="languages", version="1", subject="turn")


def load(_params: Params) -> None:
    """Nothing to load: the model of letter sequences comes with the first text that needs it."""


def compute(items: Sequence[TurnItem], _model: None) -> list[TurnLanguages]:
    """Tells the languages of some turns.

    Args:
        items: The turns.
        _model: Not used.

    Returns:
        The languages of instruction and response, in the order of the items.
    """
    return [language.of_turn(item.turn.instruction, item.turn.answer) for item in items]
