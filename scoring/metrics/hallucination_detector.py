"""Objects that a response asserts and that an open-vocabulary detector does not see in the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result, Vote
from scoring.text import support, verdict
from scoring.text.mentions import Mention

if TYPE_CHECKING:
    from scoring.features.detections import Detections


METRIC = Metric(
    name="hallucination_detector",
    version="3",
    title="Objects denied by the detector",
    principle="hallucination",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of asserted objects",
    bad_when="high",
    suggested=(None, 0.0),
    needs=("detections",),
    flags=("hallucination",),
    builtin=False,
    evidence=True,
    params={"deny_to": verdict.DEFAULTS["detector"].no},
)


def load(params: Params) -> float:
    """The confidence up to which an object counts as not there; the detector is the feature's."""
    return float(params["deny_to"])


def score(batch: Batch, model: float) -> list[Result]:
    """Computes the share of the objects asserted by each response that the detector does not see with any confidence.

    0 to 1; None without images or without any object asserted that the detector was asked for. A word of several
    readings has the confidence of the surest. Every such claim gets a vote of source "detector"; the denied ones are
    flagged. Li et al., TMLR 2024, section 3.3.3; a detector as the witness as in Woodpecker (Yin et al., 2023).

    Args:
        batch: Turns with the feature `detections`.
        model: The confidence up to which an object counts as absent.

    Returns:
        One result per turn, with votes and flags.
    """
    items = [item for item in batch.items if isinstance(item, TurnItem)]
    return [
        _score(item, detections, model) for item, detections in zip(items, batch.features["detections"], strict=True)
    ]


def _score(item: TurnItem, detections: Detections, deny_to: float) -> Result:
    looked_for = set(detections["mentioned"])
    claims = (
        [claim for claim in support.claims(item) if looked_for.issuperset(claim.readings)]
        if detections["images"]
        else []
    )
    if not claims:
        return Result()
    seen: dict[str, float] = {}
    for image in detections["images"]:
        for detected in image["objects"]:
            seen[detected["name"]] = max(seen.get(detected["name"], 0.0), detected["confidence"])
    surest = [max(seen.get(reading, 0.0) for reading in claim.readings) for claim in claims]
    votes = tuple(_vote(item, claim, confidence) for claim, confidence in zip(claims, surest, strict=True))
    denied = [vote for vote in votes if vote.score is not None and vote.score <= deny_to]
    value = len(denied) / len(claims)
    return Result(value, flags=tuple(_flag(vote, len(detections["images"])) for vote in denied), votes=votes)


def _vote(item: TurnItem, claim: Mention, confidence: float) -> Vote:
    names = " or ".join(claim.readings)
    detail = f"{names}: {confidence:.2f} at most" if confidence else f"{names}: not seen"
    return Vote(item.turn.index, claim.start, claim.end, claim.text, "detector", confidence, detail)


def _flag(vote: Vote, images: int) -> Flag:
    where = "the image" if images == 1 else f"any of {images} images"
    return Flag(
        kind="hallucination",
        reason=f'The detector does not see "{vote.text}" in {where}.',
        turn=vote.turn,
        start=vote.start,
        end=vote.end,
        text=vote.text,
        verdict="unsupported",
        score=1.0 - (vote.score or 0.0),
        evidence={"detector": vote.detail},
    )
