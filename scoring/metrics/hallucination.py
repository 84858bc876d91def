"""Objects that a response asserts and that neither annotators nor captions know."""

from __future__ import annotations

from scoring.item import TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result, Vote
from scoring.text import support
from scoring.text.mentions import Mention

METRIC = Metric(
    name="hallucination",
    version="4",
    title="Unsupported objects",
    principle="hallucination",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of asserted objects",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("hallucination",),
    evidence=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Computes the share of the objects asserted by each response that its evidence does not bear out.

    0 to 1, None without evidence or without any object asserted. Closed world only over the classes that
    the annotators looked for: any other object counts as not unsupported. Spans are flagged in a response
    that describes another picture too, which `object_match` says of the whole. Li et al., TMLR 2024, section 3.3.3
    and Table 7, span by span in the manner of CHAIR (Rohrbach et al., 2018). Annotations and captions vote on
    every claim that they can tell anything about, so that other sources can be weighed against them.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with votes and flags.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    evidence = item.sample.evidence
    if evidence is None or not (evidence.vocabulary or evidence.captions):
        return Result()
    claims = support.claims(item)
    if not claims:
        return Result()
    facts = support.facts_of(evidence)
    scores_by_claim = support.scores(claims, facts, support.is_brief(item))
    votes = tuple(
        Vote(item.turn.index, mention.start, mention.end, mention.text, source, score)
        for mention, scores in zip(claims, scores_by_claim, strict=True)
        for source, score in scores.items()
    )
    unsupported = [
        mention
        for mention, scores in zip(claims, scores_by_claim, strict=True)
        if scores and 1.0 not in scores.values()
    ]
    value = len(unsupported) / len(claims)
    return Result(value=value, flags=tuple(_flag(item, mention) for mention in unsupported), votes=votes)


def _flag(item: TurnItem, mention: Mention) -> Flag:
    captions = item.sample.evidence.captions if item.sample.evidence else ()
    name = mention.readings[0]
    silence = "and no caption mentions one" if captions else "and there are no captions"
    return Flag(
        kind="hallucination",
        reason=f'"{mention.text}" has no evidence: annotators looked for "{name}" and marked none, {silence}.',
        turn=item.turn.index,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        verdict="unsupported",
        evidence={
            "annotations": f"looked for {', '.join(mention.readings)}: none found",
            "captions": f"none of {len(captions)} captions mentions it" if captions else "no captions",
        },
    )
