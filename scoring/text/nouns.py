"""What concrete English nouns name, and how near two of them are by what they are kinds of.

The nouns are WordNet's (Miller, 1995; `assets/wordnet/`, written by `tools/nouns.py`). Nearness is Lin's (1998): how
much of what both say is what they share, by how many nouns are of a kind.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_NOUNS = Path(__file__).parents[2] / "assets" / "wordnet" / "nouns.json"
WORN = ("clothing", "footwear")
"""What captions of persons leave unsaid."""
_SENSES = 2
"""Senses of a word that are compared, the most usual first."""
_ENDINGS = (
    ("men", "man"), ("ies", "y"), ("ves", "f"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"),
    ("oes", "o"), ("s", ""),
)  # fmt: skip


class Kinship(NamedTuple):
    """How near two nouns are, 0 to 1; whether the first is what the second is a kind of, and the other way round."""

    nearness: float
    above: bool
    below: bool


@dataclass(frozen=True)
class _NounNetwork:
    """By noun the kinds that its senses are of, each sense with itself first; and what each kind says, in nats."""

    kinds: dict[str, tuple[tuple[int, ...], ...]]
    weights: list[float]
    irregular: dict[str, str]


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The concrete noun that a lower-case word is a form of, "" for none: "wolves" gives "wolf"."""
    network = _network()
    if word in network.kinds:
        return word
    if word in network.irregular:
        return network.irregular[word]
    stems = (word[: -len(ending)] + new for ending, new in _ENDINGS if word.endswith(ending))
    return next((stem for stem in stems if stem in network.kinds), "")


@lru_cache(maxsize=262_144)
def kinship(noun: str, other: str) -> Kinship:
    """Compares two nouns as `singular` gives them.

    Args:
        noun: A noun.
        other: Another one.

    Returns:
        Their kinship in the senses in which they are nearest; none for "".
    """
    network = _network()
    nearness, above, below = 0.0, False, False
    for sense in network.kinds.get(noun, ())[:_SENSES]:
        for other_sense in network.kinds.get(other, ())[:_SENSES]:
            above |= sense[0] in other_sense
            below |= other_sense[0] in sense
            shared = max((network.weights[kind] for kind in sense if kind in other_sense), default=0.0)
            total = network.weights[sense[0]] + network.weights[other_sense[0]]
            nearness = max(nearness, 2.0 * shared / total if total else 0.0)
    return Kinship(nearness, above, below)


@lru_cache(maxsize=262_144)
def same(noun: str, other: str) -> bool:
    """Whether two nouns as `singular` gives them are names for the same in a usual sense: "couch" and "sofa"."""
    kinds = _network().kinds
    senses, others = (kinds.get(name, ())[:_SENSES] for name in (noun, other))
    return any(sense[0] == other_sense[0] for sense in senses for other_sense in others)


@lru_cache(maxsize=65536)
def is_kind(noun: str, kind: str) -> bool:
    """Whether a noun in a usual sense is a kind of what another noun names: "shirt" of "clothing"."""
    senses, kinds = (_network().kinds.get(name, ())[:_SENSES] for name in (noun, kind))
    return any(usual[0] in sense for sense in senses for usual in kinds)


@cache
def _network() -> _NounNetwork:
    data = json.loads(_NOUNS.read_text(encoding="utf-8"))
    parents: list[list[int]] = data["parents"]
    kinds = {noun: tuple(_closure(sense, parents) for sense in listed) for noun, listed in data["senses"].items()}
    counts = [0.5] * len(parents)
    for senses in kinds.values():
        for rank, closure in enumerate(senses, 1):
            for kind in closure:
                counts[kind] += 1.0 / rank
    most = max(counts)
    return _NounNetwork(kinds, [math.log(most / count) for count in counts], data["irregular"])


def _closure(sense: int, parents: list[list[int]]) -> tuple[int, ...]:
    """A sense and all kinds above it, the nearest first."""
    listed = [sense]
    for kind in listed:
        listed += [parent for parent in parents[kind] if parent not in listed]
    return tuple(listed)
