"""Colours of an object, against the colours that captions and annotated attributes give it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.claims.contract import ClaimKind, DoubtfulClaim, ImageKnowledge, enough, told_by
from scoring.claims.described import WORDS, DescribedObject

_NEAR = frozenset(frozenset(pair) for pair in WORDS["near"])
"""Colours that two people may call the same thing by."""


def check(_text: str, described: Sequence[DescribedObject], knowledge: ImageKnowledge) -> Iterator[DoubtfulClaim]:
    """Finds objects whose colours share nothing with those that each caption gives them.

    Args:
        _text: The response.
        described: Its objects.
        knowledge: The evidence.

    Yields:
        The claims that the evidence contradicts.
    """
    for claimed in described:
        if not claimed.colours:
            continue
        others = [other for other in told_by(knowledge, claimed) if other.colours]
        claimed_colours = {colour.group for colour in claimed.colours}
        if enough(knowledge, claimed, others) and all(
            _apart(claimed_colours, {colour.group for colour in other.colours}) for other in others
        ):
            start = min(colour.start for colour in claimed.colours)
            end = max(colour.end for colour in claimed.colours)
            known_colours = " or ".join(sorted({colour.group for other in others for colour in other.colours}))
            reason = f"{' and '.join(sorted(claimed_colours))} said of {claimed.text.lower()}, {known_colours} known"
            yield DoubtfulClaim("colour", start, end, reason, len(others))


def _apart(colours: set[str], others: set[str]) -> bool:
    return not any(first == second or frozenset([first, second]) in _NEAR for first in colours for second in others)


KIND = ClaimKind("colour", check)
