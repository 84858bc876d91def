"""One verdict per span from several sources, each with its own threshold, and how far the sources disagree.

A source speaks with a score: `annotations` and `captions` 1 (named), 0 (looked for and not named) or None (cannot
tell), `detector` the maximum confidence, `clip` the score of the phrase, `llm` the share of yes votes,
`decisions` 1 or 0 by a person. Scores of different sources are never compared with each other, only each with
its own threshold. Step 4 of the hallucination check of Li et al., TMLR 2024, section 3.3.3. An object that
annotators or a caption name is there, as in `scoring.text.support`; a person's decision settles the matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scoring import certainty

Verdict = Literal["supported", "unsupported", "unsure"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Scores up to `no` deny, from `yes` on they support, between them the source is unsure.

    `weight` is how much the source counts beside the others; a verdict that is in `settles` ends the matter.
    """

    no: float
    yes: float
    weight: float = 1.0
    settles: tuple[Verdict, ...] = ()

    def __post_init__(self) -> None:
        if not self.no <= self.yes:
            raise ValueError(f"the threshold for no ({self.no}) is above the one for yes ({self.yes})")


MINORITY, MAJORITY = 1 / 3, 2 / 3
"""A span is supported by more than this larger share of the sources' weight, unsupported by less than the smaller."""
DEFAULTS: Mapping[str, Threshold] = {
    "annotations": Threshold(0.0, 1.0, weight=2.0, settles=("supported",)),
    "captions": Threshold(-1.0, 1.0, weight=2.0, settles=("supported",)),
    "detector": Threshold(0.05, 0.35),
    "clip": Threshold(18.0, 26.0, weight=0.5),
    "llm": Threshold(1 / 3, 2 / 3),
    "decisions": Threshold(0.0, 1.0, settles=("supported", "unsupported")),
}
"""Of sources that settle the matter the last in this order wins. A caption that does not name an object denies
nothing, hence its `no` below 0. Detector and CLIP values are starting points for YOLO-World confidences and
100 x cosine of ViT-B-32: calibrate them on your decisions."""


@dataclass(frozen=True, slots=True)
class CombinedVerdict:
    """The verdict on a span, each source's own verdict beside its score, and the disagreement.

    `disagreement` is 0 where all sources that have an opinion agree, 1 where they are evenly split: sort the
    queue by it, highest first. `support` is the weighted share that says yes, None where nobody can tell.
    """

    verdict: Verdict
    support: float | None
    disagreement: float
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


def of_source(score: float, threshold: Threshold) -> Verdict:
    """Tells what one score says by its own threshold; where both meet, the score itself supports.

    Args:
        score: On the scale of its source.
        threshold: The source's.

    Returns:
        The source's verdict.
    """
    if score >= threshold.yes:
        return "supported"
    return "unsupported" if score <= threshold.no else "unsure"


def combine(scores: Mapping[str, float | None], thresholds: Mapping[str, Threshold] = DEFAULTS) -> CombinedVerdict:
    """Combines what all sources say into one verdict.

    Where no source settles it, the side with more than two thirds of the weight of those with an opinion wins;
    otherwise it is unsure. A settled verdict still tells how far the others disagree with it.

    Args:
        scores: By source; None for one that cannot tell.
        thresholds: By source.

    Returns:
        The verdict, with each source's own.

    Raises:
        KeyError: A source that can tell has no threshold.
    """
    known_scores = {source: score for source, score in scores.items() if score is not None}
    verdicts = {source: of_source(score, thresholds[source]) for source, score in known_scores.items()}
    yes = sum(thresholds[source].weight for source, side in verdicts.items() if side == "supported")
    no = sum(thresholds[source].weight for source, side in verdicts.items() if side == "unsupported")
    support = yes / (yes + no) if yes + no else None
    disagreement = 0.0 if support is None else 1.0 - abs(2 * support - 1)
    settled = [
        verdicts[source] for source, threshold in thresholds.items() if verdicts.get(source) in threshold.settles
    ]
    verdict = settled[-1] if settled else _majority(support)
    return CombinedVerdict(verdict, support, disagreement, verdicts, known_scores)


def _majority(support: float | None) -> Verdict:
    if support is None or MINORITY <= support <= MAJORITY:
        return "unsure"
    return "supported" if support > MAJORITY else "unsupported"


def calibrate(
    judged: Iterable[tuple[float, bool]], precision: float, *, least: int = 20, above: bool = True
) -> float | None:
    """Finds the threshold of a source from people's verdicts.

    With `above`, the lowest score from which on at least `precision` of all pairs, not only of these, are there: a
    `yes` threshold. Otherwise the highest score up to which at least `precision` of them are not: a `no` threshold.
    It holds in 95 of 100 draws of pairs (`scoring.certainty`).

    Args:
        judged: (score, whether the object is there) pairs.
        precision: The least share of pairs on the right side, 0 to 1; 1 is never certain.
        least: The fewest pairs on that side.
        above: Whether a `yes` threshold is looked for; else a `no` threshold.

    Returns:
        A score; None when these pairs make none certain.
    """
    sign = 1.0 if above else -1.0
    ranked = sorted(((sign * score, present is above) for score, present in judged), reverse=True)
    scores = [score for score, _ in ranked]
    ends = [
        length for length in range(1, len(ranked) + 1) if length == len(ranked) or scores[length] != scores[length - 1]
    ]
    length = certainty.certain_length([good for _, good in ranked], ends, precision, least=least)
    return sign * scores[length - 1] if length else None


def calibrated(
    source: str,
    judged: Sequence[tuple[float, bool]],
    precision: float,
    *,
    least: int = 20,
    thresholds: Mapping[str, Threshold] = DEFAULTS,
) -> Threshold:
    """Sets each side of a source's threshold from people's verdicts where they suffice.

    Where the two sides would cross, a side that verdicts say nothing of moves to the other one; two that both reach the
    precision meet half-way.

    Args:
        source: The source.
        judged: (score, whether the object is there) pairs.
        precision: The least share of pairs on the right side, 0 to 1.
        least: The fewest pairs on a side.
        thresholds: Stand where the verdicts do not suffice.

    Returns:
        The threshold, with the weight that the source has.
    """
    old = thresholds[source]
    yes = calibrate(judged, precision, least=least)
    no = calibrate(judged, precision, least=least, above=False)
    if yes is None or no is None:
        return _one_sided(old, yes, no)
    if no > yes:
        yes = no = (yes + no) / 2
    return Threshold(no, yes, old.weight, old.settles)


def _one_sided(old: Threshold, yes: float | None, no: float | None) -> Threshold:
    """The side that was found beside the default of the other, which gives way to it."""
    if yes is not None:
        return Threshold(min(old.no, yes), yes, old.weight, old.settles)
    no = old.no if no is None else no
    return Threshold(no, max(old.yes, no), old.weight, old.settles)
