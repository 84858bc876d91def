"""Where one object is beside another, against where captions say that it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.claims.contract import ClaimKind, DoubtfulClaim, ImageKnowledge
from scoring.claims.described import WORDS, DescribedObject

_OPPOSITES: dict[str, str] = {first: second for pair in WORDS["opposites"] for first, second in (pair, pair[::-1])}


def check(_text: str, described: Sequence[DescribedObject], knowledge: ImageKnowledge) -> Iterator[DoubtfulClaim]:
    """Finds pairs of objects that each caption which relates them puts the other way round.

    Args:
        _text: The response.
        described: Its objects.
        knowledge: The evidence.

    Yields:
        The claims that the evidence contradicts.
    """
    for claimed in described:
        for position in claimed.positions:
            groups = [
                group
                for caption in knowledge.captions
                if (group := _position_in(caption, claimed.classes, position.other))
            ]
            if groups and position.group in _OPPOSITES and all(group == _OPPOSITES[position.group] for group in groups):
                reason = f"{claimed.text.lower()} said to be {position.group}, {groups[0]} known"
                yield DoubtfulClaim("relation", claimed.start, position.end, reason, len(groups))


def _position_in(caption: Sequence[DescribedObject], classes: Sequence[str], other: Sequence[str]) -> str:
    """Where a caption puts an object of `classes` beside one of `other`; "" where it does not."""
    for described in caption:
        for position in described.positions:
            if set(described.classes) & set(classes) and set(position.other) & set(other):
                return position.group
            if set(described.classes) & set(other) and set(position.other) & set(classes):
                return _OPPOSITES.get(position.group, "")
    return ""


KIND = ClaimKind("relation", check)
