"""How far a response speaks of its own picture, and whether it describes another one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from scoring.arrays import Vectors
from scoring.item import Evidence, TurnItem
from scoring.text import content, mentions, nouns, support, word_vectors, words
from scoring.text.mentions import Mention

_CHANCE = 1 / 8
"""Share of its words that a description of another picture has in common with the captions, at most."""
_MANY_WORDS, _MANY_OBJECTS = 3, 3
"""Words without one of the captions', and objects of which nobody knows anything, that tell pictures apart."""

_FAR, _FAR_AND_IN_VAIN = 0.2, 0.35
"""Cosines between the vectors of a text and of captions below which it is about something else, the second where it
names what was looked for in vain. One in 500 captions is below the first one of the other captions of its photo, three
of four of those of another photo."""
_LEAST_NEAR = 0.5
"""Nearness of a noun to a wider one from which on they may be of the same thing: not of a room and "people"."""

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
    captions can be compared too. Hardly any other word may be the captions' either, nor may it be near them in meaning:
    a response that invents objects in its own picture still shares some. With captions that are far enough, it need
    name nothing that was looked for. An answer about an object that the question names is no description.

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
        shared = len(other_stems & caption_stems(evidence)) + _shared_names(claims, evidence)
        many = len(unsupported) > 1 or len(other_stems) >= _MANY_WORDS or len(verdicts) >= _MANY_OBJECTS
        far = shared <= len(other_stems) * _CHANCE and (many or (bool(unsupported) and not supported))
        far = far and _is_about_something_else(item.turn.answer, evidence, verdicts, bool(unsupported))
    return far and not _answers(item, claims)


def _is_about_something_else(
    answer: str, evidence: Evidence, class_names: Iterable[str], looked_for_in_vain: bool
) -> bool:
    """Whether the text is far from the captions in meaning; without vectors, whether it names enough that they lack."""
    if word_vectors.available():
        nearness = float(_captions_vector(evidence) @ word_vectors.of_texts([answer])[0])
        return nearness < (_FAR_AND_IN_VAIN if looked_for_in_vain else _FAR)
    return looked_for_in_vain or sum(map(_tells_pictures_apart, class_names)) >= _MANY_OBJECTS


@lru_cache(maxsize=4096)
def _captions_vector(evidence: Evidence) -> Vectors:
    total = np.sum(word_vectors.of_texts(evidence.captions), axis=0)
    return np.asarray(total / (float(np.linalg.norm(total)) or 1.0), np.float32)


def _tells_pictures_apart(class_name: str) -> bool:
    return class_name != _COMMON and not any(nouns.is_kind(class_name, worn) for worn in nouns.WORN)


def _shared_names(claims: list[Mention], evidence: Evidence) -> int:
    """How many objects, persons apart, have a word of the captions in their name, or a name near one in kind."""
    captioned = {content.stem(word): word for text in evidence.captions for word in content.content_words(text)}
    others = {nouns.singular(word) for word in captioned.values()} - {""}
    names = {mention.text.lower() for mention in claims if mention.readings[0] != _COMMON}
    return sum(
        not captioned.keys().isdisjoint(content.stems(name)) or _is_near(nouns.singular(words.words(name)[-1]), others)
        for name in names
    )


def _is_near(noun: str, others: set[str]) -> bool:
    kinships = (nouns.kinship(noun, other) for other in others)
    return any((kinship.above or kinship.below) and kinship.nearness >= _LEAST_NEAR for kinship in kinships)


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
