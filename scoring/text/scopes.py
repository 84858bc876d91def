"""How far a negation or a supposition reaches in a sentence, answered in constant time for each of many cues."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

_CUES = json.loads((Path(__file__).parents[2] / "assets" / "negation.json").read_text(encoding="utf-8"))

ENDS = frozenset('.!;:()"“”—–\n')
STOPS = frozenset(_CUES["stops"])
VERBS = frozenset(_CUES["verbs"])
PLACES = frozenset(_CUES["places"])
_VIEWS = frozenset(_CUES["views"])
_NEW_CLAUSE = frozenset(
    """there it he she they i you we the this that his her its their only just instead then one two three several some
    many which who where what""".split()
)
_LIST_MARKS = frozenset(["or", "nor", "such", "including", "like"])
_ARTICLES = frozenset(["a", "an", "another", "the", "his", "her", "their", "its"])
_LINKS = frozenset(["of", "or", "nor", "and", ",", "like", "as", "such", "for", "including", "than"])
_CONNECTIVES = frozenset(["or", "nor", "and"])
_PREDICATE = VERBS | PLACES | frozenset(["see", "i", "find", "there's", "'s"])
_LONGEST_ITEM = 4
"""Words that an item of a list may have."""


class Reasons:
    """Why each word of a sentence asserts nothing; the first reason that reaches a word stays."""

    def __init__(self, count: int) -> None:
        self.words = [""] * count
        self._next = list(range(count + 1))
        """For every word, one at or behind it, up to which all words have a reason."""

    def mark(self, start: int, end: int, reason: str) -> None:
        """Gives a reason to all words of [start, end) that have none.

        Args:
            start: Index of the first word.
            end: Index behind the last word.
            reason: Why they assert nothing.
        """
        index = self._without_reason(start) if start < end else end
        while index < end:
            self.words[index] = reason
            self._next[index] = index + 1
            index = self._without_reason(index + 1)

    def _without_reason(self, index: int) -> int:
        while self._next[index] != index:
            self._next[index] = self._next[self._next[index]]
            index = self._next[index]
        return index


class _CueTraits(NamedTuple):
    """What of a cue decides where its reach ends."""

    bare_no: bool
    subject: bool
    phrase: bool
    bare: bool


class Scopes:
    """Where clauses of one sentence begin and where the reach of its cues ends; cues are asked for from left to right.

    Looking from each cue to the end of its reach would take a time that grows with the square of a long sentence:
    what lies before and behind a word is counted once, and cues of one kind share how far they were followed.
    """

    def __init__(self, sentence: list[str]) -> None:
        self._sentence = sentence
        self._followed: dict[_CueTraits, tuple[int, int]] = {}

    def clause_start(self, index: int) -> int:
        """Where the clause begins that `index` stands in; a comma before an "or" list does not begin one."""
        comma, connective = self._last_comma[index], self._last_connective[index]
        return max(self._last_end[index], comma if comma > connective else 0)

    def subject_no(self, index: int) -> bool:
        """Whether the "no" at `index` belongs to the subject: "No man is holding an umbrella"."""
        return self._sentence[index] in ("no", "zero") and self._last_predicate[index] <= self.clause_start(index)

    def end(self, cue: int, start: int, phrase: bool) -> int:
        """Finds where the reach of a cue ends.

        Args:
            cue: Index of the cue's first word.
            start: Index of the first word behind the cue.
            phrase: Whether it reaches to the end of its noun phrase only.

        Returns:
            The index behind the last word that it reaches.
        """
        sentence = self._sentence
        if start >= len(sentence) or (sentence[start] == "," and sentence[cue] == "no"):
            return start
        bare = sentence[cue] == "without" or sentence[max(cue - 1, 0)] == "with"
        traits = _CueTraits(sentence[cue] == "no", self.subject_no(cue), phrase, bare)
        if self._stops_at_once(start, traits):
            return start
        return self._follow(start + 1, traits)

    def _follow(self, index: int, traits: _CueTraits) -> int:
        start, end = self._followed.get(traits, (0, -1))
        if not start <= index <= end:
            end = index
            while end < len(self._sentence) and not self._stops(end, traits):
                end += 1
            self._followed[traits] = (index, end)
        return end

    def _stops_at_once(self, index: int, traits: _CueTraits) -> bool:
        word = self._sentence[index]
        return word in ENDS or self._exclusion(index) or (word == "and" and not self._and_goes_on(index, traits))

    def _stops(self, index: int, traits: _CueTraits) -> bool:
        word = self._sentence[index]
        if word in STOPS or (word == "," and not self._list_goes_on(index)):
            return True
        return self._stops_at_once(index, traits) or (traits.phrase and self._leaves_phrase(index, traits))

    def _exclusion(self, index: int) -> bool:
        sentence = self._sentence
        return sentence[index] in ("other", "more", "else") and sentence[index + 1 : index + 2] == ["than"]

    def _leaves_phrase(self, index: int, traits: _CueTraits) -> bool:
        sentence = self._sentence
        word = sentence[index]
        if word in _ARTICLES and sentence[index - 1] not in _LINKS:
            return True
        if word in PLACES:
            return not _VIEWS.intersection(sentence[index + 1 : index + 4])
        return word in VERBS or (traits.bare and word.endswith("ing") and sentence[index - 1] not in _ARTICLES)

    def _list_goes_on(self, comma: int) -> bool:
        """Whether the scope reaches over this comma: "no dogs, cats or birds"."""
        after = self._sentence[comma + 1 : comma + 3 + _LONGEST_ITEM]
        if not after or after[0] in _LIST_MARKS:
            return bool(after)
        item = _item(after)
        if item and item[-1] in _CONNECTIVES:
            item = item[:-1]
        if not item or len(item) > _LONGEST_ITEM or item[0] in _NEW_CLAUSE or item[0] in STOPS:
            return False
        return not any(word in VERBS or word in PLACES for word in item)

    def _and_goes_on(self, index: int, traits: _CueTraits) -> bool:
        """Whether the scope reaches over this "and": "no dogs and cats", not "no dog and a cat sits there"."""
        if index + 1 >= len(self._sentence):
            return False
        after = self._sentence[index + 1]
        if after in _NEW_CLAUSE or after in VERBS or (traits.bare_no and after in ("a", "an", "another")):
            return False
        return traits.subject or self._next_verb[index + 1] >= self._next_break[index + 1]

    @cached_property
    def _last_end(self) -> list[int]:
        return self._behind_last((ENDS | STOPS).__contains__)

    @cached_property
    def _last_comma(self) -> list[int]:
        return self._behind_last(",".__eq__)

    @cached_property
    def _last_connective(self) -> list[int]:
        return self._behind_last(_CONNECTIVES.__contains__)

    @cached_property
    def _last_predicate(self) -> list[int]:
        return self._behind_last(_PREDICATE.__contains__)

    @cached_property
    def _next_verb(self) -> list[int]:
        return self._first_from(VERBS.__contains__)

    @cached_property
    def _next_break(self) -> list[int]:
        return self._first_from((ENDS | {","}).__contains__)

    def _behind_last(self, fits: Callable[[str], bool]) -> list[int]:
        """For every word, the place behind the last fitting one before it; 0 where there is none."""
        positions = [0] * (len(self._sentence) + 1)
        last = 0
        for index, fitting in enumerate(map(fits, self._sentence), 1):
            if fitting:
                last = index
            positions[index] = last
        return positions

    def _first_from(self, fits: Callable[[str], bool]) -> list[int]:
        """For every word, the place of the first fitting one at or behind it; their number where there is none."""
        first = len(self._sentence)
        positions = [first] * (first + 1)
        for index in range(first - 1, -1, -1):
            if fits(self._sentence[index]):
                first = index
            positions[index] = first
        return positions


def _item(after: list[str]) -> list[str]:
    for index, word in enumerate(after):
        if word in _CONNECTIVES:
            return after[: index + 1]
        if word == "," or word in ENDS:
            return after[:index]
    return after
