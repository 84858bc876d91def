"""Whether annotations and captions bear out an object mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.item import Evidence, TurnItem
from scoring.text import lexicon, mentions, negation, sentences, words
from scoring.text.lexicon import Lexicon, Readings
from scoring.text.mentions import Mention
from scoring.text.verdict import Verdict

_UNREAL = frozenset(
    """toy toys lego legos miniature miniatures cartoon cartoons animated animation cgi drawing drawings painting
    paintings illustration illustrations figurine figurines statue statues sculpture sculptures doll dolls diorama
    mannequin mannequins mural puppet puppets""".split()
)
"""Words of captions by which people and animals may be there that annotators did not mark."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the evidence of one sample comes to: classes annotated, classes captioned, classes looked for.

    The first two include what follows from them: a dog is an animal as well. `hinted` adds the less usual
    readings of captions: "pie" may be a pizza. `vocabulary` holds the classes looked for and, where captions give a
    second opinion, those that they cover. `doubtful` are classes easily taken for an annotated one, where no caption
    gives a second opinion. `in_passing` are classes that a caption may name though nobody marked them:
    tables, and people and animals where captions speak of toys or paintings. `twins` are groups of interchangeable
    classes, one of which was annotated.
    """

    annotated: frozenset[str]
    captioned: frozenset[str]
    hinted: frozenset[str]
    vocabulary: frozenset[str]
    doubtful: frozenset[str]
    in_passing: frozenset[str] = frozenset()
    twins: tuple[frozenset[str], ...] = ()


@lru_cache(maxsize=4096)
def facts_of(evidence: Evidence) -> Facts:
    """The classes that `evidence` speaks of."""
    names = words_of(evidence)
    vocabulary = lexicon.classes(evidence.vocabulary)
    annotated = {reading for name in evidence.objects for reading in names.read(name)}
    captioned = [
        mention.readings
        for caption in evidence.captions
        for mention in mentions.find(caption, names)
        if mention.silent != "negated"
    ]
    meant = {reading for readings in captioned for reading in _meant(readings, vocabulary)}
    hinted = {reading for readings in captioned for reading in readings}
    covered: set[str] = set()
    in_passing = doubtful = frozenset[str]()
    groups: tuple[frozenset[str], ...] = ()
    if evidence.captions:
        covered = {name for name, wider in names.covered.items() if vocabulary.issuperset(wider)}
        in_passing = (names.passing - vocabulary).union(*(names.parts.get(name, ()) for name in annotated))
        if _unreal(evidence.captions):
            in_passing |= _living(vocabulary | covered, names)
        groups = names.interchangeable
    else:
        doubtful = frozenset().union(*(group for group in names.confusable if group & annotated))
    return Facts(
        names.implied(annotated),
        names.implied(meant),
        names.implied(hinted),
        vocabulary | covered,
        doubtful,
        in_passing,
        tuple(group for group in groups if group & annotated),
    )


def _unreal(captions: tuple[str, ...]) -> bool:
    return any(not _UNREAL.isdisjoint(words.words(caption)) for caption in captions)


def _living(classes: frozenset[str], names: Lexicon) -> frozenset[str]:
    return frozenset(name for name in classes if name in ("person", "animal") or "animal" in names.implied([name]))


def _meant(readings: Readings, vocabulary: frozenset[str]) -> Readings:
    """What a captioned name stands for: all readings if all are classes looked for, else the usual."""
    return readings if vocabulary.issuperset(readings) else readings[:1]


def words_of(evidence: Evidence | None) -> Lexicon:
    """The word list to read a sample's texts with: the shipped one and the annotators' class names."""
    return lexicon.load(evidence.vocabulary if evidence else ())


def verdicts(claimed: Sequence[Mention], facts: Facts, brief: bool = False) -> list[Verdict]:
    """Judges the objects that one response claims by the evidence.

    Supported when the annotators or a caption name one of its readings or a kind of it. Unsupported only
    when every reading is a class that the annotators looked for and none is doubtful, unsure otherwise.

    Args:
        claimed: All that the response claims, in order.
        facts: The classes that the evidence speaks of.
        brief: Whether the response is one sentence.

    Returns:
        The verdict of annotations and captions together on each.
    """
    return [_verdict(source_scores) for source_scores in scores(claimed, facts, brief)]


def _verdict(source_scores: dict[str, float]) -> Verdict:
    if 1.0 in source_scores.values():
        return "supported"
    return "unsupported" if source_scores else "unsure"


def scores(claimed: Sequence[Mention], facts: Facts, brief: bool = False) -> list[dict[str, float]]:
    """Collects what each kind of evidence says about every claim, on the scales of `scoring.text.verdict`.

    1 for what it names; 0, of annotations only, for what was looked for in vain; none where it cannot tell. That is so
    of doubtful classes, and in a single sentence, which is a caption most often, of what may be another word for what
    is there: people who saw the picture write "skis" of a snowboard too, as long as they speak of no snowboard.

    Args:
        claimed: All that the response claims, in order.
        facts: The classes that the evidence speaks of.
        brief: Whether the response is one sentence.

    Returns:
        Scores by source for each; without sources that cannot tell.
    """
    named = {reading for mention in claimed for reading in mention.readings}
    doubtful = facts.doubtful
    if brief:
        doubtful |= facts.hinted | facts.in_passing | twins(facts, named)
    return [_scores(mention, facts, doubtful) for mention in claimed]


def looked_for(evidence: Evidence) -> frozenset[str]:
    """The classes whose absence is sure, whoever names them: those looked for, and those that they always cover."""
    facts = facts_of(evidence)
    return facts.vocabulary - (facts.in_passing - lexicon.classes(evidence.vocabulary))


def twins(facts: Facts, named: set[str]) -> frozenset[str]:
    """The classes that may stand for an annotated one that the response does not name.

    Args:
        facts: The classes that the evidence speaks of.
        named: The classes that the response names.
    """
    return frozenset().union(*(group for group in facts.twins if not (group & facts.annotated) <= named))


def _scores(mention: Mention, facts: Facts, doubtful: frozenset[str]) -> dict[str, float]:
    source_scores = dict.fromkeys(sources(mention, facts), 1.0)
    looked_for = facts.vocabulary.issuperset(mention.readings)
    if looked_for and "annotations" not in source_scores and doubtful.isdisjoint(mention.readings):
        source_scores["annotations"] = 0.0
    return source_scores


def is_brief(item: TurnItem) -> bool:
    """Whether the response is one sentence."""
    return len(sentences.spans(item.turn.answer)) == 1


def sources(mention: Mention, facts: Facts) -> list[str]:
    """Lists the evidence that bears out the mention.

    Args:
        mention: The mention.
        facts: The classes that the evidence speaks of.

    Returns:
        "annotations", "captions", both or none.
    """
    captioned = facts.hinted if len(mention.readings) > 1 else facts.captioned
    known_to = {"annotations": facts.annotated, "captions": captioned}
    return [source for source, classes in known_to.items() if not classes.isdisjoint(mention.readings)]


def claims(item: TurnItem) -> list[Mention]:
    """The objects whose presence the response asserts, in order.

    An answer that denies what its question asks about ("Is there a dog?" - "No, that dog ...") does not
    assert it, whatever the wording; nor does an answer assert what the question only supposes.
    """
    names = words_of(item.sample.evidence)
    asserted = [mention for mention in mentions.find(item.turn.answer, names) if not mention.silent]
    questioned = [mention for mention in mentions.find(item.turn.instruction, names) if mention.silent]
    denied = bool(questioned) and _denied(item.turn.answer)
    supposed = {
        reading
        for mention in questioned
        if denied or mention.silent in ("negated", "hypothetical")
        for reading in mention.readings
    }
    return [mention for mention in asserted if supposed.isdisjoint(mention.readings)]


def _denied(response: str) -> bool:
    """Whether the response opens with a denial."""
    if response.lstrip()[:4].lower().startswith("yes"):
        return False
    spans = sentences.spans(response)
    return bool(spans) and negation.denies([token.word for token in words.tokens(response[slice(*spans[0])])])
