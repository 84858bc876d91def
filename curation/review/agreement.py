"""How far reviewers agree beyond chance, from what each of them said on the same things.

Cohen's kappa for two people (1960, https://doi.org/10.1177/001316446002000104), Fleiss' kappa for as many ratings on
each item (1971, https://doi.org/10.1037/h0031619), Krippendorff's alpha for nominal data with any number of ratings
(https://repository.upenn.edu/handle/20.500.14332/2089). All are 1 for full agreement and 0 for chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

Ratings = Mapping[str, Mapping[str, str]]
"""By item: what each person said."""


@dataclass(frozen=True)
class ReviewerPair:
    """Two people: on how many items both said something, on how many the same, and Cohen's kappa."""

    first: str
    second: str
    both: int
    same: int
    kappa: float | None


@dataclass(frozen=True)
class ReviewerAgreement:
    """Agreement on all items that at least two people decided; a measure is None where it is not defined."""

    items: int
    same: int
    people: tuple[str, ...]
    fleiss: float | None
    alpha: float | None
    pairs: tuple[ReviewerPair, ...]


def measure(verdicts: pl.DataFrame) -> ReviewerAgreement:
    """Agreement of rows (who, key, verdict), one per person and key."""
    items: dict[str, dict[str, str]] = {}
    for who, key, verdict in verdicts.select("who", "key", "verdict").iter_rows():
        items.setdefault(key, {})[who] = verdict
    shared = {key: ratings for key, ratings in items.items() if len(ratings) > 1}
    people = tuple(sorted({who for ratings in shared.values() for who in ratings}))
    return ReviewerAgreement(
        items=len(shared),
        same=sum(len(set(ratings.values())) == 1 for ratings in shared.values()),
        people=people,
        fleiss=fleiss(shared),
        alpha=krippendorff(shared),
        pairs=tuple(pair for first, second in combinations(people, 2) if (pair := _pair(shared, first, second)).both),
    )


def cohen(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of (one's word, the other's word); None without items or when both always say the same one word."""
    if not pairs:
        return None
    seen = sum(word == other for word, other in pairs) / len(pairs)
    first, second = Counter(word for word, _ in pairs), Counter(two for _, two in pairs)
    by_chance = sum(first[word] * second[word] for word in first) / len(pairs) ** 2
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def fleiss(items: Ratings) -> float | None:
    """Fleiss' kappa over the items that have the most common number of ratings; None when it is not defined."""
    sizes = Counter(len(ratings) for ratings in items.values())
    if not sizes:
        return None
    raters = max(sizes, key=lambda size: (sizes[size], size))
    counts = [Counter(ratings.values()) for ratings in items.values() if len(ratings) == raters]
    pairs = raters * (raters - 1)
    seen = sum(sum(n * (n - 1) for n in item.values()) / pairs for item in counts) / len(counts)
    total = sum(counts, Counter[str]())
    by_chance = sum((n / (raters * len(counts))) ** 2 for n in total.values())
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def krippendorff(items: Ratings) -> float | None:
    """Krippendorff's alpha for nominal data; None when nothing can be paired or only one word was ever said."""
    units = [Counter(ratings.values()) for ratings in items.values() if len(ratings) > 1]
    total = sum(units, Counter[str]())
    size = sum(total.values())
    unlike = sum(_unlike(unit) / (sum(unit.values()) - 1) for unit in units)
    by_chance = _unlike(total)
    return None if not by_chance else 1 - (size - 1) * unlike / by_chance


def _unlike(counts: Counter[str]) -> int:
    """Ordered pairs of different words among these."""
    size = sum(counts.values())
    return size * size - sum(n * n for n in counts.values())


def _pair(items: Ratings, first: str, second: str) -> ReviewerPair:
    words = [(ratings[first], ratings[second]) for ratings in items.values() if first in ratings and second in ratings]
    return ReviewerPair(first, second, len(words), sum(a == b for a, b in words), cohen(words))
