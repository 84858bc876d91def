"""Whether two texts say the same in other words: other forms, order and synonyms, never another number, colour or name.

Words become concepts by the lists of `assets/rewording.json`: phrases and synonyms get one name, words that add nothing
go. Two texts are the same when they share their concepts and none that tells things apart is left over on either side
(numbers, colours, denials, sides, objects, names, opposites) or stands with another thing. Of two questions one word
each may differ that means nearly the same, by vectors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from scoring.text import content, lexicon, markup, nouns, word_vectors

_ASSETS = Path(__file__).parents[2] / "assets"
_LISTS = json.loads((_ASSETS / "rewording.json").read_text(encoding="utf-8"))
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.!?,;:\n]")
_NUMBERS = {
    word: str(number)
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_DENIALS = frozenset("no not never none without neither nor cannot nothing nobody".split())
_SOFT = frozenset("on along across around toward towards up about back out together 1 wear look".split())
"""Words that an answer may have or lack."""
_POSTURES = frozenset("sit stand lie kind".split())
"""Words that a question may have or lack: "What lies on the table?", "What kind of animal is it?" """
_COPULAS = frozenset("is are was were be looks seems appears colored coloured".split())
_LONGEST_PHRASE = 8
_STOPS = frozenset(".!?,;:\n")
_ASKED = frozenset("what which who whose whom where when why how describe tell name list count give".split())
_VERBS_FIRST = frozenset("is are was were do does did has have had can could will would".split())
_NEAR = 0.5
"""Cosine of words that ask the same: "old" and "age"; of "hold" and "wear", "buy" and "sell" it is less."""


@dataclass(frozen=True)
class ConceptText:
    """A text as concepts in their order, None where a clause ends; `names` are those written with a capital letter.

    `copulas` are the positions behind "is" and the like, `referents` what its pronouns may stand for.
    """

    sequence: tuple[str | None, ...]
    names: frozenset[str]
    copulas: frozenset[int]
    referents: frozenset[str]

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What the text speaks of, in no order."""
        return frozenset(concept for concept in self.sequence if concept is not None)

    @cached_property
    def describes(self) -> bool:
        """Whether the text asks for a description of the whole picture and of nothing in it."""
        return self.concepts <= _describing() and (not self.concepts or bool(self.concepts & _asking()))

    @cached_property
    def bound(self) -> dict[str, frozenset[str]]:
        """What the words that tell things apart stand with."""
        bound: dict[str, set[str]] = {}
        for position, concept in enumerate(self.sequence):
            if concept is not None and _qualifies(concept):
                bound.setdefault(concept, set()).add(self._head(position) or "")
        return {concept: frozenset(heads) for concept, heads in bound.items()}

    def _head(self, position: int) -> str | None:
        following = next((word for word in self.sequence[position + 1 :] if word is None or not _qualifies(word)), None)
        before = next(
            (word for word in reversed(self.sequence[:position]) if word is None or not _qualifies(word)), None
        )
        is_said_of = position in self.copulas and self.sequence[position] != "not"
        return (before or following) if is_said_of or following is None else following

    @cached_property
    def runs(self) -> frozenset[tuple[str, str, str]]:
        """Three concepts in a row each."""
        rows = zip(self.sequence, self.sequence[1:], self.sequence[2:], strict=False)
        return frozenset((a, b, c) for a, b, c in rows if a is not None and b is not None and c is not None)


@lru_cache(maxsize=20_000)
def read(text: str) -> ConceptText:
    """Reads a text for comparing."""
    tokens = _TOKEN.findall(markup.mask(text).replace("’", "'"))
    sequence: list[str | None] = []
    names: set[str] = set()
    copulas: set[int] = set()
    initial, after_copula = True, False
    for words, phrase in _phrases(tokens):
        if words[0] in _STOPS:
            sequence.append(None)
            initial, after_copula = words[0] in ".!?\n", False
            continue
        for concept in _concepts(words, phrase):
            if after_copula:
                copulas.add(len(sequence))
            sequence.append(concept)
            if words[0][0].isupper() and words[0] != "I" and not initial:
                names.add(concept)
        after_copula = words[-1].lower() in _COPULAS
        initial = False
    return ConceptText(tuple(sequence), frozenset(names), frozenset(copulas), _referents(tokens))


def _referents(tokens: Sequence[str]) -> frozenset[str]:
    pronouns = _LISTS["pronouns"]
    return frozenset(_concept(noun) for token in tokens for noun in pronouns.get(token.lower(), ()))


def _phrases(tokens: Sequence[str]) -> Iterator[tuple[Sequence[str], str | None]]:
    """The tokens, those of a known phrase together with what it is called."""
    position = 0
    while position < len(tokens):
        for length in _phrase_lengths().get(tokens[position].lower(), ()):
            words = tokens[position : position + length]
            phrase = _LISTS["phrases"].get(" ".join(words).lower())
            if phrase is not None:
                yield words, phrase
                break
        else:
            length = 1
            yield tokens[position : position + 1], None
        position += length


def _concepts(words: Sequence[str], phrase: str | None) -> list[str]:
    if phrase is not None:
        return [_concept(phrase)] if phrase and phrase not in _fillers() else []
    word = words[0].lower()
    denied = word.endswith("n't") or word in _DENIALS
    word = word.split("'")[0].removesuffix("n") if word.endswith("n't") else word.split("'")[0]
    concepts = ["not"] if denied else []
    if not denied and word not in _fillers() and _concept(word) not in _fillers() and not _is_manner(word):
        concepts.append(_concept(word))
    return concepts


def _is_manner(word: str) -> bool:
    return word.endswith("ly") and len(word) > 5


def same_answer(left: str, right: str, similarity: float) -> bool:
    """Tells whether two answers to the same question say the same.

    Args:
        left: An answer.
        right: Another one.
        similarity: Share of their concepts that both have at least.

    Returns:
        False where a number, colour, denial, side, object or name differs.
    """
    return _same(read(left), read(right), similarity, _SOFT)


def same_question(left: str, right: str, sure: bool) -> bool:
    """Tells whether two instructions ask the same of the same picture.

    Args:
        left: An instruction.
        right: Another one.
        sure: Whether their long answers are the same, so that only another thing that is asked about tells them apart.

    Returns:
        True for the same question in other words, and for any two that ask to describe the picture.
    """
    first, second = read(left), read(right)
    if first.describes and second.describes:
        return True
    if _answers_to(left).isdisjoint(_answers_to(right)):
        return False
    return _same(first, second, 0.5 if sure else 1.0, _POSTURES, by_meaning=True)


def _same(
    left: ConceptText, right: ConceptText, similarity: float, soft: frozenset[str], by_meaning: bool = False
) -> bool:
    ours, theirs = left.concepts, right.concepts
    if not ours or not theirs:
        return ours == theirs
    only_ours, only_theirs = ours - theirs, theirs - ours
    if bool(only_ours) != bool(only_theirs):
        only_ours, only_theirs = only_ours - soft - right.referents, only_theirs - soft - left.referents
    if by_meaning and len(only_ours) == len(only_theirs) == 1 and _is_near(*only_ours, *only_theirs):
        only_ours = only_theirs = frozenset()
    left_over = only_ours | only_theirs
    if len(ours & theirs) < similarity * (len(ours & theirs) + len(left_over)):
        return False
    if any(_tells_apart(concept) for concept in left_over) or left_over & (left.names | right.names):
        return False
    return not _bound_otherwise(left, right) and not _reversed(left, right)


@lru_cache(maxsize=50_000)
def _answers_to(instruction: str) -> frozenset[str]:
    """Whether a question is to be answered with yes or no or with something else: "Is it a dog?", "What is it?"; a
    choice of two with either."""
    tokens = [token.lower() for token in _TOKEN.findall(markup.mask(instruction))]
    if "or" in tokens:
        return frozenset(["yes or no", "other"])
    closed = _ASKED.isdisjoint(tokens) and not _VERBS_FIRST.isdisjoint(tokens[:1])
    return frozenset(["yes or no" if closed else "other"])


@lru_cache(maxsize=50_000)
def _is_near(concept: str, other: str) -> bool:
    """Whether two words mean nearly the same, by their vectors; of two things only names for the same one."""
    if _tells_apart(concept) or _tells_apart(other) or not word_vectors.available():
        return False
    things = [nouns.singular(concept), nouns.singular(other)]
    if all(things) and not nouns.same(*things):
        return False
    return float(word_vectors.of_word(concept) @ word_vectors.of_word(other)) >= _NEAR


def _bound_otherwise(left: ConceptText, right: ConceptText) -> bool:
    """Whether a colour, number or the like stands with another thing that both texts have."""
    shared = left.concepts & right.concepts
    return any(
        heads != right.bound.get(concept, heads) and ((heads ^ right.bound.get(concept, heads)) & shared)
        for concept, heads in left.bound.items()
    )


def _reversed(left: ConceptText, right: ConceptText) -> bool:
    """Whether "dog, chase, cat" has become "cat, chase, dog"."""
    turned = {(c, b, a) for a, b, c in left.runs - right.runs if a != c}
    return not turned.isdisjoint(right.runs - left.runs)


def _tells_apart(concept: str) -> bool:
    return _qualifies(concept) or concept in _opposites() or bool(lexicon.load().read(concept))


def _qualifies(concept: str) -> bool:
    return concept[0].isdigit() or concept in _qualities()


@cache
def _qualities() -> frozenset[str]:
    colours = json.loads((_ASSETS / "claims.json").read_text(encoding="utf-8"))["colours"]
    return frozenset(_concept(colour) for names in colours.values() for colour in names) | {"not", "left", "right"}


@cache
def _opposites() -> frozenset[str]:
    return frozenset(_concept(word) for words in _LISTS["opposites"] for word in words.split())


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_LISTS["fillers"]) | {content.stem(word) for word in _LISTS["fillers"] if len(word) > 3}


@cache
def _describing() -> frozenset[str]:
    return frozenset(_concept(word) for word in _LISTS["descriptions"]) | {"1"}


@cache
def _asking() -> frozenset[str]:
    return frozenset(_concept(word) for word in _LISTS["asks_to_describe"])


@cache
def _phrase_lengths() -> dict[str, list[int]]:
    """By its first word, in how many words a phrase may come, the longest first."""
    lengths: dict[str, set[int]] = {}
    for phrase in _LISTS["phrases"]:
        first, *others = _TOKEN.findall(phrase)
        lengths.setdefault(first, set()).add(1 + len(others))
    return {first: sorted(counts, reverse=True) for first, counts in lengths.items()}


@lru_cache(maxsize=50_000)
def _concept(word: str) -> str:
    """The name of what a lower-case word means: that of its synonyms, else its stem."""
    word = _NUMBERS.get(word, word)
    return _synonyms().get(word) or _synonyms().get(content.stem(word)) or content.stem(word)


@cache
def _synonyms() -> dict[str, str]:
    names: dict[str, str] = {}
    for ring in _LISTS["same"]:
        for word in ring:
            names.setdefault(word, ring[0])
            names.setdefault(content.stem(word), ring[0])
    return names
