"""How far a response speaks of its own picture, and whether it describes another one."""

from __future__ import annotations

from functools import lru_cache

from scoring.item import Evidence, TurnItem
from scoring.text import content, mentions, support, words
from scoring.text.mentions import Mention

_CHANCE = 1 / 12
"""Share of its words that a description of another picture has in common with the captions, at most.

Of 136 descriptions by models and 1,181 human captions of COCO photos none is taken for one of another picture; moved to
another photo, 79 % of the descriptions and 65 % of the captions are.
"""
_MANY_WORDS, _MANY_OBJECTS = 3, 3
"""Words without one of the captions', and objects of which nobody knows anything, that tell pictures apart."""

_COMMON = "person"
"""A class too common to tell pictures apart."""


@lru_cache(maxsize=4096)
def caption_stems(evidence: Evidence) -> frozenset[str]:
    """The content words of all captions and annotated class names, in base form."""
    return frozenset(stem for text in (*evidence.captions, *evidence.objects) for stem in content.stems(text))


def degree(response: str, claims: list[Mention], evidence: Evidence) -> float | None:
    """Computes the percentage of the response's objects and other content words that the evidence bears out.

    None when nothing can be checked. Words that name no object count only where captions exist, and
    without captions objects count only if the annotators looked for them.

    Args:
        response: The response's text.
        claims: The objects that it asserts, in order.
        evidence: What annotators noted of the images.

    Returns:
        0 to 100; None when nothing can be checked.
    """
    if not claims:
        return None
    facts = support.facts_of(evidence)
    verdicts = support.verdicts(claims, facts)
    hits, checked = verdicts.count("supported"), len(verdicts)
    if evidence.captions:
        other_stems = content.stems(_without(response, claims))
        captioned = caption_stems(evidence)
        hits += sum(stem in captioned for stem in other_stems)
        checked += len(other_stems)
    else:
        checked -= verdicts.count("unsure")
    return 100.0 * hits / checked if checked else None


def describes_another_picture(item: TurnItem, claims: list[Mention]) -> bool:
    """Tells whether the response is a description of something else than what the evidence tells.

    It must name an object that the annotators looked for in vain and none that anybody found, persons apart where
    captions can be compared too; or several objects of which nobody knows anything. Hardly any other word may be the
    captions' either: a response that invents objects in its own picture still shares some. An answer about an object
    that the question names is no description.

    Args:
        item: The turn with its evidence.
        claims: The objects that its response asserts, in order.

    Returns:
        False without evidence, or where nothing can be checked.
    """
    evidence = item.sample.evidence
    if evidence is None or not claims or not (evidence.objects or evidence.captions):
        return False
    facts = support.facts_of(evidence)
    verdicts = dict(
        zip(
            (mention.readings[0] for mention in claims),
            support.verdicts(claims, facts, support.is_brief(item)),
            strict=True,
        )
    )
    supported = {name for name, verdict in verdicts.items() if verdict == "supported"}
    unsupported = [name for name, verdict in verdicts.items() if verdict == "unsupported"]
    if supported - ({_COMMON} if evidence.captions else set()) or not (unsupported or evidence.captions):
        return False
    far = len(verdicts) > 1
    if evidence.captions:
        other_stems = set(content.stems(_without(item.turn.answer, claims)))
        shared = len(other_stems & caption_stems(evidence))
        many = len(unsupported) > 1 or len(other_stems) >= _MANY_WORDS
        far = shared <= len(other_stems) * _CHANCE and (many or (bool(unsupported) and not supported))
        far = far and (bool(unsupported) or len(verdicts) >= _MANY_OBJECTS)
    return far and not _answers(item, claims)


def _without(text: str, claims: list[Mention]) -> str:
    ends = [0, *(mention.end for mention in claims)]
    starts = [*(mention.start for mention in claims), len(text)]
    return " ".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def _answers(item: TurnItem, claims: list[Mention]) -> bool:
    """Whether the response speaks of what the instruction names, or is a bare yes or no."""
    evidence = item.sample.evidence
    named = mentions.find(item.turn.instruction, support.words_of(evidence))
    named_classes = {reading for mention in named for reading in mention.readings}
    facts = support.facts_of(evidence) if evidence else None
    if facts and not named_classes.isdisjoint(facts.annotated - {_COMMON}):
        return True  # a question about something that is there: its answer speaks of parts of it
    if any(not named_classes.isdisjoint(mention.readings) for mention in claims):
        return True
    return words.words(item.turn.answer)[:1] in (["yes"], ["no"])
