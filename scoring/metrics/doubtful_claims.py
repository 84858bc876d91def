"""Colours, genders, actions, places and read texts that a response claims and the evidence contradicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scoring import claims
from scoring.claims import described
from scoring.claims.contract import DoubtfulClaim, ImageKnowledge
from scoring.item import Evidence, TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Metric, Result, Vote
from scoring.text import support
from scoring.text.lexicon import Lexicon

METRIC = Metric(
    name="doubtful_claims",
    version="1",
    title="Doubtful claims",
    principle="hallucination",
    subject="turn",
    range=(0.0, None),
    unit="claims",
    bad_when="high",
    languages=("en",),
    evidence=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Counts what each response says of objects and every caption that speaks of it contradicts.

    0 and up; None without captions, attributes or annotated texts. Only what a sentence describes is
    checked, not what it infers, and only of classes of which there is one at most. Captions may be wrong or mean
    another object, so nothing is flagged for it: people see the claim as unsure, with what was said and what is
    known. The kinds of claims are the files of `scoring/claims/`; Li et al., TMLR 2024, section 3.3.3.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with a vote per doubtful claim.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    evidence = item.sample.evidence
    if evidence is None or len(item.sample.images) > 1:
        return Result()
    if not (evidence.captions or evidence.phrases or evidence.texts):
        return Result()
    objects = described.read(item.turn.answer, support.words_of(evidence))
    knowledge = _knowledge(evidence)
    doubtful = [claim for kind in claims.kinds() for claim in kind.check(item.turn.answer, objects, knowledge)]
    return Result(float(len(doubtful)), votes=tuple(_vote(item, claim) for claim in doubtful))


@lru_cache(maxsize=1024)
def _knowledge(evidence: Evidence) -> ImageKnowledge:
    names = support.words_of(evidence)
    captions = tuple(described.read(sentence, names) for sentence in (*evidence.captions, *evidence.phrases))
    several = {
        reading
        for counted in evidence.counts
        if counted.boxes > 1 or counted.crowd
        for reading in names.implied(names.read(counted.category))
    }
    several |= {reading for caption in captions for object_ in caption if object_.plural for reading in object_.classes}
    named = {reading for caption in captions for object_ in caption for reading in object_.classes}
    living = frozenset(name for name in named if not {"person", "animal"}.isdisjoint(names.implied([name])))
    several |= {name for name, count in Counter(_classes(evidence.phrases, names)).items() if count > 1}
    return ImageKnowledge(captions, evidence.texts, evidence.captions, frozenset(named - several), living)


def _classes(phrases: Sequence[str], names: Lexicon) -> Iterator[str]:
    """The classes of annotated phrases, each as often as it has one."""
    for phrase in phrases:
        yield from {reading for object_ in described.read(phrase, names) for reading in object_.classes}


def _vote(item: TurnItem, claim: DoubtfulClaim) -> Vote:
    text = item.turn.response[claim.start : claim.end]
    detail = f"{claim.reason}, by {claim.against} of captions and annotations"
    return Vote(item.turn.index, claim.start, claim.end, text, claim.kind, 0.0, detail)
