"""The objects of a clue in words: names, counts that may be said, and where captions say another number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from curation.common import digits
from curation.generation import grammar
from curation.generation.clue import Clue, ObjectClass
from scoring.text import lexicon, mentions, words

MOST = 10
"""Annotators box objects one by one up to about ten; a higher number is seldom right."""

_DIGITS = {word: number for number, word in enumerate(grammar.NUMBERS)} | {"single": 1, "couple": 2, "pair": 2}


@dataclass(frozen=True)
class Thing:
    """A kind of object with its name as people write it; `sure` says that its count may be said."""

    kind: ObjectClass
    name: str
    sure: bool

    @property
    def count(self) -> int:
        """How many there are, or at least one."""
        return self.kind.count if self.sure else 1

    @property
    def counted(self) -> str:
        """ "two dogs", "a dog", "at least one dog", "some broccoli"."""
        return grammar.counted(self.name, self.count, "" if self.sure else "at least one")

    @property
    def slots(self) -> dict[str, str]:
        """What templates may say of it."""
        return {**slots(self.name), "counted": self.counted, "are": grammar.be(self.name, self.count)}


def of_clue(clue: Clue) -> Iterator[Thing]:
    """The objects that have a name, as the clue lists them."""
    caption_counts = list(_caption_counts(clue.captions))
    for kind in clue.objects_with_counts:
        name = grammar.name(kind.name)
        if name:
            yield Thing(kind, name, _sure(kind, name, caption_counts))


def slots(name: str) -> dict[str, str]:
    """What templates may say of an object whether it is there or not."""
    plural_only = grammar.is_plural(name)
    some = grammar.with_article(name) if grammar.is_countable(name) else f"any {name}"
    return {
        "object": name,
        "objects": grammar.plural(name),
        "a_object": grammar.with_article(name),
        "no_object": f"no {name}",
        "is_there": f"{'Are' if plural_only else 'Is'} there {some}",
        "is": grammar.be(name),
        "it": "them" if plural_only else "it",
    }


def _sure(kind: ObjectClass, name: str, caption_counts: Sequence[tuple[frozenset[str], int]]) -> bool:
    """Whether a count is exact, not too high, and no caption gives a higher one (or none at all)."""
    if not kind.exact or not grammar.is_countable(name) or kind.count > MOST:
        return False
    readings = set(lexicon.load().read(kind.name)) or {kind.name}
    return all(1 <= number <= kind.count for meant, number in caption_counts if not readings.isdisjoint(meant))


def _caption_counts(captions: Iterable[str]) -> Iterator[tuple[frozenset[str], int]]:
    """The classes that captions give a number of: "two men and a woman" gives 2 people."""
    names = lexicon.load()
    for caption in captions:
        for mention in mentions.find(caption, names):
            before = words.words(caption[: mention.start])[-3:]
            numbers = [number for word in before if (number := _value(word)) is not None]
            yield from ((frozenset(mention.readings), number) for number in numbers[-1:])


def _value(word: str) -> int | None:
    return _DIGITS.get(word, digits.whole_number(word))
