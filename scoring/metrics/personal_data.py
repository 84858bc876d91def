"""Personal data in a turn's texts: e-mail addresses, phone and card numbers, IBANs, postal addresses."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result
from scoring.text import personal

METRIC = Metric(
    name="personal_data",
    version="1",
    title="Personal data",
    principle="structure",
    subject="turn",
    range=(0.0, None),
    unit="places",
    bad_when="high",
    remarks=("personal_data",),
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Counts the places in each turn's texts that look like personal data, by their form alone.

    From 0; each is flagged, those of the response with their characters. A sign or a business card in a picture may
    rightly be read out, so nothing is dropped by it unless a person chooses so.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with a flag per place.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    response = item.turn.answer
    flags = [
        Flag(
            kind="personal_data",
            reason=f"This looks like {_article(match.kind)}.",
            turn=item.turn.index,
            start=match.start,
            end=match.end,
            text=response[match.start : match.end],
        )
        for match in personal.find(response)
    ]
    flags += [
        Flag(
            kind="personal_data", reason=f"The instruction has what looks like {_article(kind)}.", turn=item.turn.index
        )
        for kind in dict.fromkeys(match.kind for match in personal.find(item.turn.instruction))
    ]
    return Result(float(len(flags)), flags=tuple(flags))


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'eI' else 'a'} {kind}"
