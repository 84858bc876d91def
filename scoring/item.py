"""What a metric is given: samples, turns and images as plain data, with the evidence known about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_THOUGHT = re.compile(r"\s*<(?P<tag>think|thinking|thought|reasoning)>.*?</(?P=tag)>", re.DOTALL)
_LONGEST_LEAD = 40
"""Characters within which a thought begins."""


@dataclass(frozen=True, slots=True)
class Image:
    """One decoded picture; `path` is a locator (`scoring.image.locator`) that was readable at import."""

    image_no: int
    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BoxCount:
    """How many boxes of a class the annotators of one source drew; `crowd` says that one of them holds many."""

    source: str
    category: str
    boxes: int
    crowd: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What annotators said is in the sample's images.

    `objects` are class names as annotated ("dining table"), `vocabulary` every class the annotators
    looked for: only of these does absence mean anything. `captions` are human sentences. `counts` are the boxes of
    sources that looked for classes, of a sample's images together. `phrases` are attributes with their object ("red
    bus"), `texts` what can be read in the images.
    """

    objects: tuple[str, ...]
    captions: tuple[str, ...]
    vocabulary: tuple[str, ...]
    counts: tuple[BoxCount, ...] = ()
    phrases: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation with its images. `evidence` is None when nobody annotated its images."""

    sample_no: int
    turns: tuple[Turn, ...]
    images: tuple[Image, ...]
    evidence: Evidence | None = None


def without_thought(response: str) -> str:
    """The response with blanks for what a model thought before it, so that all else keeps its place."""
    thought = _THOUGHT.match(response) if "<" in response[:_LONGEST_LEAD] else None
    return " " * thought.end() + response[thought.end() :] if thought else response


@dataclass(frozen=True, slots=True)
class Turn:
    """One instruction and its response, verbatim: markup such as `<image>` is still in the text."""

    turn_no: int
    index: int
    instruction: str
    response: str

    @property
    def answer(self) -> str:
        """The response without what a model thought before it: blanks, so that all else keeps its place."""
        return without_thought(self.response)


@dataclass(frozen=True, slots=True)
class TurnItem:
    """A turn together with the sample that it belongs to (earlier turns, images, evidence)."""

    sample: Sample
    turn: Turn


Item = Sample | TurnItem | Image
