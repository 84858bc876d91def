"""Counts of what annotators boxed one by one, and of what is not there."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.generation import grammar, negatives
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.things import slots

NONE_AFTER = 3
"""After so many counted kinds, one that is not there is asked for."""


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives counted kinds in a drawn order, and now and then one that is absent.

    Args:
        picture: The picture with its clue.
        about: How absent classes are chosen.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "some" and "none".
    """
    things = [thing for thing in picture.things if thing.sure]
    missing = [
        grammar.name(name)
        for name in negatives.in_order(picture.clue, picture.absent, about.negatives, about.counts, draw)
    ]
    missing = [name for name in missing if name and grammar.is_countable(name)]
    draw.shuffle(things)
    start = draw.randrange(NONE_AFTER)
    for number, thing in enumerate(things):
        counted = thing.counted if thing.count > 1 else grammar.counted(thing.name, 1, "one")
        yield Fact("some", {**thing.slots, "counted": counted, "digits": str(thing.count)})
        if missing and number % NONE_AFTER == start:
            yield Fact("none", slots(missing.pop(0)), flavour="negative")


TASK = GenerationTask(name="counting", about="how many of an object there are, where every one was boxed", facts=facts)
