"""Captions as people wrote them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.generation import grammar
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue


def facts(picture: WordedClue, _about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives each caption once, in a drawn order.

    Args:
        picture: The picture with its clue.
        _about: Not used.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situation "caption".
    """
    for caption in draw.sample(picture.clue.captions, len(picture.clue.captions)):
        yield Fact("caption", {"caption": grammar.sentence(caption)})


TASK = GenerationTask(name="caption", about="one sentence on the picture, as a person wrote it", facts=facts)
