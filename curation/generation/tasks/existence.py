"""Whether an object is there: as many that are as that are not, and questions that suppose what is not there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import zip_longest

from curation.generation import grammar, negatives
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.things import slots

PREMISE_EVERY = 3


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives present and absent objects by turns; every third absent one is asked about as if it were there.

    Args:
        picture: The picture with its clue.
        about: How absent classes are chosen.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "present", "absent" and "premise".
    """
    present = [Fact("present", thing.slots) for thing in picture.things]
    draw.shuffle(present)
    names = [
        grammar.name(name)
        for name in negatives.in_order(picture.clue, picture.absent, about.negatives, about.counts, draw)
    ]
    names = [name for name in names if name][: max(len(present), 1)]
    start = draw.randrange(PREMISE_EVERY)
    missing = [
        Fact("premise" if number % PREMISE_EVERY == start else "absent", slots(name), flavour="negative")
        for number, name in enumerate(names)
    ]
    first, second = draw.sample([present, missing], 2)
    for pair in zip_longest(first, second):
        yield from (fact for fact in pair if fact)


TASK = GenerationTask(
    name="existence",
    about="whether an object is there; absent ones by --negatives, also as false premises",
    facts=facts,
)
