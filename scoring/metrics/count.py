"""Numbers of objects that a response states, against the boxes that annotators drew."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from scoring.item import Evidence, TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result
from scoring.text import counts, support
from scoring.text.counts import CountClaim
from scoring.text.lexicon import Lexicon, name_words

METRIC = Metric(
    name="count",
    version="3",
    title="Contradicted counts",
    principle="hallucination",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of stated counts",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("count",),
    evidence=True,
)

_AGREEING = 2
"""Captions that must count the same where they use another name."""
_MOST_BOXES = 8
"""Boxes of a class up to which annotators draw one for every object; COCO's draw about ten to fifteen, then a crowd."""


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Computes the share of the numbers of objects stated by each response that the annotators' boxes contradict.

    0 to 1; None without images' boxes or any number that they can judge: of a class that annotators looked for, up
    to eight boxes and no crowd, in one image. More than there are is always contradicted; fewer only where the
    response speaks of all of them ("There are two dogs", "3" to "How many dogs are there?") and not of some ("two
    dogs on the left"), or where captions agree with the boxes. Of a narrower name ("men" of persons) only more can
    be told, of a wider one ("animals") only fewer. A number that a caption or another source confirms stands. Li et
    al., TMLR 2024, section 3.3.3.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with a flag per contradicted number.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    evidence = item.sample.evidence
    if evidence is None or not evidence.counts or not evidence.vocabulary or len(item.sample.images) > 1:
        return Result()
    names = support.words_of(evidence)
    brief = support.is_brief(item)
    claims = counts.claims(item.turn.instruction, item.turn.answer, names)
    boxes = [_boxes(claim, evidence, names, brief) for claim in claims]
    judged = [
        (claim, annotated, _contradicted(claim, annotated, evidence, names, brief))
        for claim, annotated in zip(claims, boxes, strict=True)
        if annotated
    ]
    decided = [(claim, annotated, wrong) for claim, annotated, wrong in judged if wrong is not None]
    if not decided:
        return Result()
    flags = tuple(_flag(item, claim, annotated) for claim, annotated, wrong in decided if wrong)
    return Result(len(flags) / len(decided), flags=flags)


def _boxes(claim: CountClaim, evidence: Evidence, names: Lexicon, brief: bool) -> tuple[int, ...]:
    """How many boxes of the claimed class each source drew; () where they tell nothing of it."""
    boxes_by_source: dict[str, int] = defaultdict(int)
    for counted in evidence.counts:
        if names.implied(names.read(counted.category)).isdisjoint(claim.readings):
            continue
        if counted.crowd:
            return ()
        boxes_by_source[counted.source] += counted.boxes
    facts = support.facts_of(evidence)
    if not boxes_by_source:
        nothing_marked = facts.annotated.isdisjoint(claim.readings) and facts.hinted.isdisjoint(claim.readings)
        twins = support.twins(facts, set(claim.readings)) if brief else frozenset()
        return (0,) if nothing_marked and twins.isdisjoint(claim.readings) else ()
    return tuple(boxes_by_source.values()) if max(boxes_by_source.values()) <= _MOST_BOXES else ()


def _contradicted(
    claim: CountClaim, annotated: tuple[int, ...], evidence: Evidence, names: Lexicon, brief: bool
) -> bool | None:
    """Whether the boxes contradict a number; None where they cannot tell."""
    if claim.count in annotated:
        return False
    facts = support.facts_of(evidence)
    looked_for = support.looked_for(evidence).issuperset(claim.readings)
    if claim.count > max(annotated):
        if (
            not looked_for
            or _confirmed(claim, evidence)
            or claim.count <= max(annotated) + _mistakable(claim, evidence, names)
        ):
            return None
        return True
    widest = any(
        names.means_just(claim.name, reading) and (reading in facts.vocabulary or reading in names.superordinate)
        for reading in claim.readings
    )
    if claim.count > min(annotated) or _confirmed(claim, evidence):
        return None
    return True if (claim.total and widest) or (brief and _agreed(claim, annotated, evidence)) else None


def _agreed(claim: CountClaim, annotated: tuple[int, ...], evidence: Evidence) -> bool:
    """Whether captions count as many as there are boxes: two of them, or one by the same name."""
    agreeing = [
        other
        for other in _captioned(evidence)
        if other.count in annotated and not set(claim.readings).isdisjoint(other.readings)
    ]
    same_name = any(name_words(other.name)[-1:] == name_words(claim.name)[-1:] for other in agreeing)
    return claim.about_all and (same_name or len(agreeing) >= _AGREEING)


def _confirmed(claim: CountClaim, evidence: Evidence) -> bool:
    """Whether a caption states the same number."""
    return any(
        claim.count == other.count and not set(claim.readings).isdisjoint(other.readings)
        for other in _captioned(evidence)
    )


@lru_cache(maxsize=4096)
def _captioned(evidence: Evidence) -> tuple[CountClaim, ...]:
    names = support.words_of(evidence)
    return tuple(claim for caption in evidence.captions for claim in counts.claims("", caption, names))


def _mistakable(claim: CountClaim, evidence: Evidence, names: Lexicon) -> int:
    """How many boxes there are of classes easily taken for the claimed one, where no caption tells them apart."""
    if evidence.captions:
        return 0
    near = {
        reading for group in names.confusable if not group.isdisjoint(claim.readings) for reading in group
    }.difference(claim.readings)
    return sum(counted.boxes for counted in evidence.counts if not near.isdisjoint(names.read(counted.category)))


def _flag(item: TurnItem, claim: CountClaim, annotated: tuple[int, ...]) -> Flag:
    boxes = " or ".join(map(str, sorted(set(annotated)))) if any(annotated) else "none"
    return Flag(
        kind="count",
        reason=f"{claim.count} said, {boxes} annotated: {claim.readings[0]}.",
        turn=item.turn.index,
        start=claim.start,
        end=claim.end,
        text=item.turn.response[claim.start : claim.end],
        verdict="unsupported",
        evidence={
            "counted": claim.name,
            "said": claim.count,
            "annotations": f"{boxes} in boxes",
            "classes": list(claim.readings),
        },
    )
