"""The strings that can be read, all of them or the one in a box."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.generation import grammar
from curation.generation.adapt import About, Fact, GenerationTask, WordedClue
from curation.generation.tasks import region

MOST = 8


def facts(picture: WordedClue, about: About, draw: random.Random) -> Iterator[Fact]:
    """Gives all strings at once when there are few, and each one by its place.

    Args:
        picture: The picture with its clue.
        about: The form of boxes.
        draw: The picture's and task's own random numbers.

    Yields:
        Facts of the situations "all" and "place", in a drawn order.
    """
    clue = picture.clue
    quoted = list(dict.fromkeys(f'"{text.text}"' for text in clue.texts))
    all_facts = [Fact("all", {"texts": grammar.listed(quoted)})] if 0 < len(quoted) <= MOST else []
    all_facts += [
        Fact("place", {"text": text.text, "box": corners})
        for text in clue.texts
        if text.bbox and (corners := region.show(text.bbox, clue, about.boxes))
    ]
    draw.shuffle(all_facts)
    yield from all_facts


TASK = GenerationTask(name="ocr", about="the text that can be read, whole or in a region", facts=facts)
