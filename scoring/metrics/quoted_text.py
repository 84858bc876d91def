"""Words that a response quotes from its picture and that cannot be read there."""

from __future__ import annotations

from scoring.claims import read_text
from scoring.claims.contract import ImageKnowledge
from scoring.image.reading import ReadLine
from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Vote

METRIC = Metric(
    name="quoted_text",
    version="1",
    title="Quoted text that cannot be read",
    principle="hallucination",
    subject="turn",
    range=(0.0, None),
    unit="quotes",
    bad_when="high",
    needs=("read_texts",),
    builtin=False,
    evidence=True,
)


def load(_params: Params) -> None:
    """Nothing to load; the reader is the feature's."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Counts the quotes of each response of which no word is like any that was read in its pictures.

    0 and up; None where nothing is quoted or nothing could be read. What annotators read and what captions say counts
    as well. Small and slanted text escapes the reader, so nothing is flagged for it: people see the quote as unsure,
    with what was read. Li et al., TMLR 2024, section 3.3.3.

    Args:
        batch: Turns with the feature `read_texts` of their pictures.
        _model: Not used.

    Returns:
        One result per turn, with a vote of the source "ocr" per such quote.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    return [_score(item, lines) for item, lines in zip(items, batch.features["read_texts"], strict=True)]


def _score(item: TurnItem, pictures: list[list[ReadLine]]) -> Result:
    evidence = item.sample.evidence
    lines = tuple(line["text"] for picture in pictures if picture for line in picture)
    readable = lines + (evidence.texts if evidence else ())
    if not readable or not read_text.quotes(item.turn.answer):
        return Result()
    knowledge = ImageKnowledge((), readable, evidence.captions if evidence else (), frozenset(), frozenset())
    doubtful = list(read_text.check(item.turn.answer, (), knowledge))
    votes = tuple(
        Vote(
            item.turn.index,
            claim.start,
            claim.end,
            item.turn.response[claim.start : claim.end],
            "ocr",
            0.0,
            claim.reason,
        )
        for claim in doubtful
    )
    return Result(float(len(doubtful)), votes=votes)
