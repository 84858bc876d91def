"""The strings that can be read, all of them or the one in a box."""

from __future__ import annotations

import random
from collections.abc import Iterator

from curation.generation import grammar
from curation.generation.adapt import About, Fact, Picture, Task
from curation.generation.tasks import region

MOST = 8


def facts(picture: Picture, about: About, draw: random.Random) -> Iterator[Fact]:
    """All strings at once when there are few, and each one by its place."""
    clue = picture.clue
    quoted = list(dict.fromkeys(f'"{text.text}"' for text in clue.texts))
    found = [Fact("all", {"texts": grammar.listed(quoted)})] if 0 < len(quoted) <= MOST else []
    found += [
        Fact("place", {"text": text.text, "box": shown})
        for text in clue.texts
        if text.bbox and (shown := region.show(text.bbox, clue, about.boxes))
    ]
    draw.shuffle(found)
    yield from found


TASK = Task(name="ocr", about="the text that can be read, whole or in a region", facts=facts)
