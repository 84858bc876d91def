"""What a kind of claim has, and what a check of one response comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scoring.claims.described import DescribedObject


@dataclass(frozen=True, slots=True)
class ImageKnowledge:
    """What the evidence says of a picture, sentence by sentence: the objects of each caption or annotated phrase.

    `readable` is what annotators read in it, `quoting` the captions, which may quote more.
    `single` are classes of which there is one at most, as far as boxes and captions tell, `living` people and animals.
    """

    captions: tuple[tuple[DescribedObject, ...], ...]
    readable: tuple[str, ...]
    quoting: tuple[str, ...]
    single: frozenset[str]
    living: frozenset[str]


@dataclass(frozen=True, slots=True)
class DoubtfulClaim:
    """The characters [start, end) of a response, which say something that the evidence contradicts.

    `reason` says what is claimed and what is known instead; `against` captions say so.
    """

    kind: str
    start: int
    end: int
    reason: str
    against: int


@dataclass(frozen=True, slots=True)
class ClaimKind:
    """A kind of claim.

    Attributes:
        name: The name of its file; votes on such claims have it as their source.
        check: Finds what the evidence contradicts in a response's text and the objects that it describes.
    """

    name: str
    check: Callable[[str, Sequence[DescribedObject], ImageKnowledge], Iterator[DoubtfulClaim]]


MANY = 2
"""Captions that must agree where there may be several of a class."""


def told_by(knowledge: ImageKnowledge, described: DescribedObject) -> list[DescribedObject]:
    """What captions say of objects of the same class, one or several as the response says.

    Args:
        knowledge: The evidence.
        described: An object of the response.

    Returns:
        The captions' objects.
    """
    classes = set(described.classes)
    return [
        other
        for caption in knowledge.captions
        for other in caption
        if classes & set(other.classes) and other.plural == described.plural
    ]


def enough(knowledge: ImageKnowledge, described: DescribedObject, others: Sequence[DescribedObject]) -> bool:
    """Whether so many captions speak of the object that it is surely the same.

    Args:
        knowledge: The evidence.
        described: An object of the response.
        others: What captions say of its class.

    Returns:
        True for one, where there is one at most; for MANY else.
    """
    alone = not described.plural and not set(described.classes).isdisjoint(knowledge.single)
    return len(others) >= (1 if alone else MANY)
