"""Answers of yes or no to whether an object is in the picture, against what annotators marked there."""

from __future__ import annotations

from scoring.item import Evidence, TurnItem
from scoring.json_types import Params
from scoring.metric import Batch, Flag, Metric, Result
from scoring.text import existence, support
from scoring.text.existence import AskedObject, ExistenceAnswer
from scoring.text.lexicon import Lexicon, name_words

METRIC = Metric(
    name="existence",
    version="2",
    title="Contradicted yes or no",
    principle="hallucination",
    subject="turn",
    range=(0.0, 1.0),
    unit="share of answers",
    bad_when="high",
    suggested=(None, 0.0),
    flags=("existence",),
    evidence=True,
)


def load(_params: Params) -> None:
    """Nothing to load."""


def score(batch: Batch, _model: None) -> list[Result]:
    """Tells whether annotations contradict the answer to a plain question such as "Is there a dog in the image?".

    1 where they do, 0 where they bear it out; None for any other question or answer, and where annotations cannot
    tell. A yes is contradicted when the class was looked for in all of the sample's images and neither annotators nor
    captions name it; a no when the class itself was marked. A no to a narrower name ("Is there a puppy?", a dog is
    marked) or about several images is never contradicted. Li et al., TMLR 2024, section 3.3.3.

    Args:
        batch: Turns.
        _model: Not used.

    Returns:
        One result per turn, with at most one flag.
    """
    return [_score(item) for item in batch.items if isinstance(item, TurnItem)]


def _score(item: TurnItem) -> Result:
    evidence = item.sample.evidence
    if evidence is None or not (evidence.objects or evidence.vocabulary):
        return Result()
    names = support.words_of(evidence)
    question = existence.asked_object(item.turn.instruction, names)
    answer = existence.answer(item.turn.answer, question, names) if question else None
    if question is None or answer is None:
        return Result()
    facts = support.facts_of(evidence)
    looked_for = support.looked_for(evidence).issuperset(question.readings)
    marked = not facts.annotated.isdisjoint(question.readings)
    if answer.affirms:
        if marked:
            return Result(0.0)
        absent = looked_for and facts.hinted.isdisjoint(question.readings)
        return _contradicted(item, question, answer, evidence, names) if absent else Result()
    if not marked:
        return Result(0.0) if looked_for else Result()
    if len(item.sample.images) < 2 and _surely_marked(question, evidence, names):
        return _contradicted(item, question, answer, evidence, names)
    return Result()


def _surely_marked(question: AskedObject, evidence: Evidence, names: Lexicon) -> bool:
    """Whether what was marked is what was asked for, and no wider class of it."""
    if any(_same_name(question.name, marked) for marked in evidence.objects):
        return True
    direct = {reading for marked in evidence.objects for reading in names.read(marked)}
    facts = support.facts_of(evidence)
    return any(
        names.means_just(question.name, reading)
        and (
            reading in direct or (reading in facts.annotated & names.superordinate and reading not in facts.vocabulary)
        )
        for reading in question.readings
    )


def _same_name(asked_name: str, marked: str) -> bool:
    return name_words(asked_name) == name_words(marked)


def _contradicted(
    item: TurnItem, question: AskedObject, answer: ExistenceAnswer, evidence: Evidence, names: Lexicon
) -> Result:
    classes = ", ".join(question.readings)
    if answer.affirms:
        captions = f"none of {len(evidence.captions)} captions mentions it" if evidence.captions else "no captions"
        reason = f'The answer is yes, but annotators looked for "{question.readings[0]}" and marked none.'
        sources = {"annotations": f"looked for {classes}: none found", "captions": captions}
    else:
        marked = [
            name for name in evidence.objects if not names.implied(names.read(name)).isdisjoint(question.readings)
        ]
        reason = f'The answer is no, but annotators marked "{marked[0]}".'
        sources = {"annotations": f"marked {', '.join(dict.fromkeys(marked))}"}
    text = item.turn.response[answer.start : answer.end]
    flag = Flag(
        kind="existence",
        reason=reason,
        turn=item.turn.index,
        start=answer.start,
        end=answer.end,
        text=text,
        verdict="unsupported",
        evidence={
            "asked": f"whether there is a {question.name}",
            "answer": "yes" if answer.affirms else "no",
            "classes": list(question.readings),
            **sources,
        },
    )
    return Result(1.0, flags=(flag,))
