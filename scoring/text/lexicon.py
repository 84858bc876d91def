"""Which words name which concrete objects, and which object is a kind of which other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from scoring.text import words

_OBJECTS = Path(__file__).parents[2] / "assets" / "objects.json"

_BRACKETS = re.compile(r"\([^)\n]*+(\))?")
"""From a bracket to the one that closes it, or over the line where none does."""

Readings = tuple[str, ...]
"""The classes that a name may stand for: ("bicycle", "motorcycle") for "bike", () for "car park"."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Names of objects, by first word and by second ("" for a name of one), longest first, and what a class implies.

    `confusable` are groups of classes that two annotators may name differently ("couch", "chair"). `synonyms` are names
    that mean just the class and no kind of it: "sofa" for couch, not "puppy" for dog. `superordinate` are classes of
    which everything that implies them is one: a dog is an animal, but a teddy bear is no bear. `covered` are classes
    that annotators who looked for some others would have marked as one of these: a van as a car, truck or bus.
    `passing` are those of them that people mention in passing, though nobody marked them: what stands on "a table".
    `parts` of a class may be named by themselves, though nobody marks them: the keyboard of a laptop.
    `interchangeable` are groups that even people who look at the picture take for each other.
    """

    by_first_word: dict[str, dict[str, list[tuple[tuple[str, ...], Readings]]]]
    parents: dict[str, frozenset[str]]
    confusable: tuple[frozenset[str], ...] = ()
    synonyms: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    superordinate: frozenset[str] = frozenset()
    covered: dict[str, frozenset[str]] = field(default_factory=dict)
    interchangeable: tuple[frozenset[str], ...] = ()
    passing: frozenset[str] = frozenset()
    parts: dict[str, frozenset[str]] = field(default_factory=dict)

    def match(self, sentence: list[str], index: int) -> tuple[int, Readings] | None:
        """Finds the longest name that begins at a word.

        Args:
            sentence: Lower-case words.
            index: Of the word.

        Returns:
            The number of words and the readings; None where no name begins.
        """
        names = self.by_first_word.get(sentence[index])
        if names is None:
            return None
        following = sentence[index + 1] if index + 1 < len(sentence) else ""
        for name, readings in names.get(following, ()) if following else ():
            if tuple(sentence[index : index + len(name)]) == name:
                return len(name), readings
        single = names.get("")
        return (1, single[0][1]) if single else None

    def read(self, name: str) -> Readings:
        """The readings of a whole name, () when it is none."""
        parts = name_words(name)
        matched = self.match(list(parts), 0) if parts else None
        return matched[1] if matched and matched[0] == len(parts) else ()

    def means_just(self, name: str, class_name: str) -> bool:
        """Whether a name means everything of a class and nothing narrower: "sofa" does of couch, "puppy" not of dog."""
        parts = name_words(name)
        if parts in (name_words(class_name), name_words(words.plural(class_name))):
            return True
        return parts in self.synonyms.get(class_name, ())

    def implied(self, classes: Iterable[str]) -> frozenset[str]:
        """The classes with all that follows from them: a dog is an animal, a toilet stands in a bathroom."""
        closed: set[str] = set()
        todo = list(classes)
        while todo:
            name = todo.pop()
            if name not in closed:
                closed.add(name)
                todo.extend(self.parents.get(name, ()))
        return frozenset(closed)


def name_words(name: str) -> tuple[str, ...]:
    """The words of a class name as annotated: "bat_(animal)" gives ("bat",)."""
    plain = _BRACKETS.sub(lambda match: " " if match[1] else match[0], name.replace("_", " "))
    return tuple(token.word for token in words.tokens(plain) if token.word not in "-.")


@lru_cache(maxsize=8)
def load(vocabulary: tuple[str, ...] = ()) -> Lexicon:
    """The shipped word list, extended by the class names of `vocabulary` that it does not know."""
    data = json.loads(_OBJECTS.read_text(encoding="utf-8"))
    names, parents = _shipped(data)
    for annotated in vocabulary:
        plain_name = " ".join(name_words(annotated))
        if plain_name and plain_name not in names:
            names[plain_name] = (plain_name,)
    return Lexicon(
        _index(names),
        parents,
        tuple(frozenset(group) for group in data["confusable"]),
        {name: _both_numbers(synonyms) for name, synonyms in data["synonyms"].items()},
        frozenset(data["superordinate"]),
        {name: frozenset(wider) for name, wider in data["covered"].items()},
        tuple(frozenset(group) for group in data["interchangeable"]),
        frozenset(data["passing"]),
        {name: frozenset(parts) for name, parts in data["parts"].items()},
    )


@lru_cache(maxsize=64)
def classes(vocabulary: tuple[str, ...]) -> frozenset[str]:
    """The lexicon's classes that the annotated class names stand for ("sofa" stands for "couch")."""
    lexicon = load(vocabulary)
    named: set[str] = set()
    for annotated in vocabulary:
        plain = " ".join(name_words(annotated))
        readings = lexicon.read(annotated)
        named.update((plain,) if plain in readings else readings[:1])
    return frozenset(named)


def _shipped(data: dict) -> tuple[dict[str, Readings], dict[str, frozenset[str]]]:
    names: dict[str, Readings] = {}
    parents: dict[str, frozenset[str]] = {}
    for parent, members in data["kinds"].items():
        for member in members:
            names[member] = (member,)
            parents[member] = frozenset([parent] if parent else [])
    for name, entry in data["classes"].items():
        parents[name] = frozenset(entry["implies"])
        for surface in (name, *entry["names"]):
            names[surface] = (name,)
    names |= {name: tuple(readings) for name, readings in data["ambiguous"].items()}
    names |= dict.fromkeys(data["phrases"], ())
    return names, parents


def _both_numbers(names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(name_words(form) for name in names for form in (name, words.plural(name)))


def _index(names: dict[str, Readings]) -> dict[str, dict[str, list[tuple[tuple[str, ...], Readings]]]]:
    surfaces: dict[tuple[str, ...], Readings] = {}
    for name, readings in names.items():
        if readings:  # a plural phrase may be a verb: "a car shows up" is no car show
            surfaces.setdefault(name_words(words.plural(name)), readings)
    surfaces |= {name_words(name): readings for name, readings in names.items()}
    by_first_word: dict[str, dict[str, list[tuple[tuple[str, ...], Readings]]]] = {}
    for parts in sorted(surfaces, key=len, reverse=True):
        second = parts[1] if len(parts) > 1 else ""
        by_first_word.setdefault(parts[0], {}).setdefault(second, []).append((parts, surfaces[parts]))
    return by_first_word
