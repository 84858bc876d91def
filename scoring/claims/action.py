"""What somebody or something does, against what captions say that it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.claims.contract import ClaimKind, DoubtfulClaim, ImageKnowledge, enough, told_by
from scoring.claims.described import WORDS, DescribedObject

_EXCLUSIVE = frozenset(frozenset(pair) for pair in WORDS["exclusive"])
"""What nobody does at once."""
_POSTURES = frozenset(["sitting", "standing", "lying"])
"""What people say of one and the same thing that does not live."""


def check(_text: str, described: Sequence[DescribedObject], knowledge: ImageKnowledge) -> Iterator[DoubtfulClaim]:
    """Finds objects that do what cannot be done together with anything that captions say of them.

    Args:
        _text: The response.
        described: Its objects.
        knowledge: The evidence.

    Yields:
        The claims that the evidence contradicts.
    """
    for claimed in described:
        action = claimed.action
        if action is None:
            continue
        others = [other for other in told_by(knowledge, claimed) if other.action]
        done = [other.action.group for other in others if other.action]
        lives = knowledge.living.intersection(claimed.classes) or _POSTURES.isdisjoint([action.group, *done])
        if (
            lives
            and enough(knowledge, claimed, others)
            and all(frozenset([action.group, other]) in _EXCLUSIVE for other in done)
        ):
            reason = f"{claimed.text.lower()} said to be {action.group}, {' or '.join(sorted(set(done)))} known"
            yield DoubtfulClaim("action", action.start, action.end, reason, len(done))


KIND = ClaimKind("action", check)
