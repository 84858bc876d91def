"""Whether a person is called a man or a woman, against what captions call the only person there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.claims.contract import ClaimKind, DoubtfulClaim, ImageKnowledge, enough, told_by
from scoring.claims.described import WORDS, DescribedObject

_GENDERS: dict[str, str] = {word: gender for gender, listed in WORDS["genders"].items() for word in listed}


def gender(described: DescribedObject) -> str:
    """The gender that the last word of a person's name tells, "" for none."""
    return _GENDERS.get(described.text.lower().rsplit(" ", 1)[-1], "")


def check(_text: str, described: Sequence[DescribedObject], knowledge: ImageKnowledge) -> Iterator[DoubtfulClaim]:
    """Finds persons of another gender than every caption gives the only person.

    Args:
        _text: The response.
        described: Its objects.
        knowledge: The evidence.

    Yields:
        The claims that the evidence contradicts.
    """
    for claimed in described:
        claimed_gender = gender(claimed)
        others = [other for other in told_by(knowledge, claimed) if gender(other)] if claimed_gender else []
        everybody = {gender(other) for caption in knowledge.captions for other in caption}
        if enough(knowledge, claimed, others) and claimed_gender not in everybody:
            reason = f"{claimed.text.lower()} said, {gender(others[0])} known"
            yield DoubtfulClaim("gender", claimed.start, claimed.end, reason, len(others))


KIND = ClaimKind("gender", check)
