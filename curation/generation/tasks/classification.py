"""Which of several classes is there, and what kind of animal, vehicle or food it is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from curation.generation import grammar, negatives
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.things import Thing
from scoring.text import lexicon, mentions

OPTIONS = 4
KINDS = ("animal", "vehicle", "food")
"""Supercategories that are nouns and of which people would name any other that is there."""


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives options of which only one is there, and the one class of its kind, in a drawn order.

    Args:
        picture: The picture with its clue.
        about: How absent classes are chosen.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "choose" and "kind".
    """
    all_facts = [*_choices(picture, about, draw), *_kinds(picture)]
    draw.shuffle(all_facts)
    yield from all_facts


def _choices(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    for thing in picture.things:
        missing = negatives.in_order(picture.clue, picture.absent, about.negatives, about.counts, draw)
        options = [thing.name, *filter(None, map(grammar.name, missing[: OPTIONS - 1]))]
        if len(options) == OPTIONS:
            draw.shuffle(options)
            yield Fact("choose", {**thing.slots, "options": grammar.listed(options, "or")})


def _kinds(picture: WordedClue) -> Iterator[Fact]:
    """Where exactly one of a supercategory is there, for sure, and no caption names another of the kind."""
    things = picture.things
    classes = Counter(thing.kind.supercategory for thing in things)
    for thing in things:
        kind = thing.kind.supercategory
        alone = kind in KINDS and classes[kind] == 1 and thing.sure and thing.count == 1
        if alone and not _others(picture, thing):
            yield Fact("kind", {**thing.slots, "kind": kind})


def _others(picture: WordedClue, thing: Thing) -> bool:
    """Whether a caption names something else that is of the same kind."""
    names = lexicon.load()
    readings = set(names.read(thing.kind.name)) | {thing.kind.supercategory}
    return any(
        thing.kind.supercategory in names.implied(mention.readings) and readings.isdisjoint(mention.readings)
        for caption in picture.clue.captions
        for mention in mentions.find(caption, names)
    )


TASK = GenerationTask(
    name="classification",
    about="which of several classes is there, or what kind of animal, vehicle, food it is",
    facts=facts,
)
