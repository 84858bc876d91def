"""How far a response speaks of what annotators and captions know of the image."""

from __future__ import annotations

from scoring.item import Evidence, TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result
from scoring.text import match, support
from scoring.text.mentions import Mention

METRIC = Metric(
    name="object_match",
    version="4",
    title="Match with known objects",
    principle="correctness",
    subject="turn",
    range=(0.0, 100.0),
    unit="% of content",
    bad_when="low",
    suggested=(20.0, None),
    flags=("mismatch",),
    evidence=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Computes the percentage of the asserted objects and content words that annotations or captions bear out.

    0 to 100, None without evidence, in a denial, or where nothing can be checked. Objects count by class
    (so "puppy" matches an annotated dog), other content words only where captions exist. The download-free
    stand-in for the matching degree of Li et al., TMLR 2024, section 3.3.3 (100 x CLIP cosine).

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with a flag where the response describes another picture.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    evidence = item.sample.evidence
    if evidence is None or not (evidence.objects or evidence.captions):
        return Result()
    claims = support.claims(item)
    value = match.degree(item.turn.answer, claims, evidence)
    if match.describes_another_picture(item, claims):
        return Result(value=value, flags=(_flag(item, claims, evidence),))
    return Result(value=value)


def _flag(item: TurnItem, claims: list[Mention], evidence: Evidence) -> Flag:
    named = ", ".join(sorted({mention.text.lower() for mention in claims}))
    annotated = ", ".join(evidence.objects) or "none"
    return Flag(
        kind="mismatch",
        reason=f"The response describes another picture: it names {named}, the annotators marked {annotated}.",
        turn=item.turn.index,
        verdict="unsupported",
        evidence={"annotations": annotated, "captions": " ".join(evidence.captions[:2])},
    )
