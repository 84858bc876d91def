"""What is not in a picture though it was looked for: at random, the most popular, or what often comes together.

The three ways of POPE (Li et al., EMNLP 2023, arXiv 2305.10355), over the classes of annotators who looked for each of
them in that very picture. A class that any caption, question or answer hints at is never called absent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations

from curation.generation.clue import Clue
from scoring.item import Evidence
from scoring.text import lexicon, support, words

WAYS = ("random", "popular", "cooccurring")
FIRST = 10
"""Of how many most popular (or most often together) classes some are drawn."""


@dataclass(frozen=True)
class Statistics:
    """In how many pictures each class is, and each class together with another."""

    pictures: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)


def statistics(clues: Iterable[Clue]) -> Statistics:
    """Counts the classes over all pictures."""
    counts = Statistics()
    for clue in clues:
        names = [kind.name for kind in clue.objects_with_counts]
        counts.pictures.update(names)
        counts.together.update(permutations(names, 2))
    return counts


def in_order(clue: Clue, absent: Iterable[str], way: str, counts: Statistics, draw: random.Random) -> list[str]:
    """Orders the absent classes by which to ask about first.

    Args:
        clue: The picture.
        absent: Classes that are not in it; their order changes nothing.
        way: One of WAYS.
        counts: Over all pictures; not looked at for "random".
        draw: Shuffles, for "popular" and "cooccurring" within the FIRST only.

    Returns:
        All of `absent`.
    """
    names = sorted(absent)
    draw.shuffle(names)
    if way == "random":
        return names
    present = [kind.name for kind in clue.objects_with_counts]
    ranked = sorted(names, key=lambda name: -_rank(name, way, present, counts))
    first = ranked[:FIRST]
    draw.shuffle(first)
    return [*first, *ranked[FIRST:]]


def surely_absent(clue: Clue) -> list[str]:
    """The classes that were looked for and that nothing said of the picture hints at, by name."""
    texts = [*clue.captions, *(question.text for question in clue.questions)]
    texts += [f"{answer}." for question in clue.questions for answer in (*question.answers, *question.choices)]
    spoken = f" {' . '.join(' '.join(words.words(text)) for text in texts)} "
    objects = tuple(kind.name for kind in clue.objects_with_counts)
    facts = support.facts_of(Evidence(objects, tuple(texts), clue.vocabulary))
    readings = _readings(clue.vocabulary)
    seen = facts.annotated | facts.captioned | facts.hinted
    near = frozenset().union(*(group for group in lexicon.load(clue.vocabulary).confusable if group & facts.annotated))
    return [
        name
        for name in clue.vocabulary
        if name not in objects
        and (meant := readings[name])
        and meant.isdisjoint(seen)
        and meant.isdisjoint(near)
        and not any(f" {form} " in spoken for form in (name, words.plural(name)))
    ]


@lru_cache(maxsize=64)
def _readings(vocabulary: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """What each class of a vocabulary may mean."""
    names = lexicon.load(vocabulary)
    return {name: frozenset(names.read(name)) for name in vocabulary}


def _rank(name: str, way: str, present: list[str], counts: Statistics) -> int:
    if way == "popular":
        return counts.pictures[name]
    return sum(counts.together[other, name] for other in present)
