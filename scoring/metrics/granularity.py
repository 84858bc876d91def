"""Distinct objects or regions that an instruction operates on."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result
from scoring.text import markup, mentions, support

METRIC = Metric(
    name="granularity",
    version="2",
    title="Objects and regions in the instruction",
    principle="granularity",
    subject="turn",
    range=(0.0, None),
    unit="objects",
    bad_when="low",
    languages=("en",),
    reads="instruction",
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Counts the distinct concrete objects and marked regions in each instruction.

    From 0, which means that it asks about the whole image. Objects count once by class, whether named, asked
    about or denied; regions are boxes, four coordinates in a row, "circled". The O/G indicator of Li et al., TMLR 2024,
    section 3.3.3, by word list instead of a language model.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn.
    """
    return [Result(_count(item)) for item in batch.items if isinstance(item, TurnItem)]


def _count(item: TurnItem) -> float:
    names = support.words_of(item.sample.evidence)
    object_mentions = mentions.find(item.turn.instruction, names)
    classes = {mention.readings[0] for mention in object_mentions if mention.silent != "modifier"}
    return float(len(classes) + len(set(markup.regions(item.turn.instruction))))
