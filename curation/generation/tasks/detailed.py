"""Longer descriptions put together from the longest caption, what was counted, attributes and readable text."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.generation import grammar, templates
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.clue import Clue
from curation.generation.things import Thing

MOST_OBJECTS, MOST_ATTRIBUTES, MOST_TEXTS = 8, 3, 5


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives one description, where there is a caption and something beside it.

    Args:
        picture: The picture with its clue.
        about: The templates of sentences on objects, attributes and texts.
        draw: The picture's and task's own random numbers.

    Yields:
        One fact of the situation "description", or none.
    """
    clue = picture.clue
    if not clue.captions:
        return
    parts = [grammar.sentence(max(clue.captions, key=lambda caption: (len(caption), caption)))]
    parts += _objects(picture, about, draw)
    parts += _attributes(clue, about, draw)
    parts += _texts(clue, about, draw)
    if len(parts) > 1:
        yield Fact("description", {"description": " ".join(parts)})


def _objects(picture: WordedClue, about: About, draw: random.Random) -> list[str]:
    things = [thing for thing in picture.things if thing.sure][:MOST_OBJECTS]
    if not things:
        return []
    slots = {"objects": grammar.listed([thing.counted for thing in things]), "are": _verb(things[0])}
    return [templates.phrase(about.pools[TASK.name], "objects", slots, draw)]


def _verb(first: Thing) -> str:
    """As the nearest of the things listed wants it."""
    return grammar.be(first.name, first.count)


def _attributes(clue: Clue, about: About, draw: random.Random) -> list[str]:
    """Sentences on objects that are the only ones of their kind."""
    sentences = []
    single = {kind.name for kind in clue.objects_with_counts if kind.count == 1}
    for name, attributes in clue.attributes:
        noun = grammar.name(name)
        if noun and name in single and sum(other == name for other, _ in clue.attributes) == 1:
            slots = {"object": noun, "is": grammar.be(noun), "attributes": grammar.listed(attributes[:3])}
            sentences.append(templates.phrase(about.pools[TASK.name], "attributes", slots, draw))
    return sentences[:MOST_ATTRIBUTES]


def _texts(clue: Clue, about: About, draw: random.Random) -> list[str]:
    quoted = [f'"{text.text}"' for text in clue.texts[:MOST_TEXTS]]
    slots = {"texts": grammar.listed(quoted)} if quoted else {}
    return [templates.phrase(about.pools[TASK.name], "texts", slots, draw)] if slots else []


TASK = GenerationTask(
    name="detailed", about="a description from a caption, counted objects, attributes and text", facts=facts
)
