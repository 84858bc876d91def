"""Objects of a text with what it says of each: colours, what it does, and where it is beside another."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from scoring.text import markup, mentions, sentences, words
from scoring.text.counts import is_plural
from scoring.text.lexicon import Lexicon, Readings
from scoring.text.mentions import Mention
from scoring.text.words import Token

WORDS = json.loads((Path(__file__).parents[2] / "assets" / "claims.json").read_text(encoding="utf-8"))
"""Words of claims, by kind and group."""
COLOURS: dict[str, str] = {word: group for group, listed in WORDS["colours"].items() for word in listed}
"""The group of each colour word."""
ACTIONS: dict[str, str] = {word: group for group, listed in WORDS["actions"].items() for word in listed}
"""What each form of a verb of posture or movement comes to."""
PLACES: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): group for group, listed in WORDS["places"].items() for phrase in listed
}
"""The group of each phrase that says where something is."""
_INFERENCE = frozenset(WORDS["inference"])
_ROW = frozenset([",", "and", "or", "/", "&"])
_SIZES = frozenset(WORDS["sizes"])
_LINKS = frozenset("is are was were that which who 's currently just also both all".split())
_LONGEST_ROW, _FARTHEST = 6, 7


@dataclass(frozen=True, slots=True)
class Detail:
    """A word's group, and the characters [start, end) that say so of an object."""

    group: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where an object is beside another of the classes `other`."""

    group: str
    other: Readings
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DescribedObject:
    """An object that a text asserts, with what it says of it."""

    text: str
    classes: Readings
    plural: bool
    start: int
    end: int
    colours: tuple[Detail, ...] = ()
    action: Detail | None = None
    positions: tuple[Position, ...] = ()


def read(text: str, lexicon: Lexicon) -> tuple[DescribedObject, ...]:
    """Reads the objects that a text describes; sentences that only infer something describe nothing.

    Args:
        text: Any text.
        lexicon: The names of objects.

    Returns:
        The objects in order.
    """
    asserted = [mention for mention in mentions.find(text, lexicon) if not mention.silent]
    if not asserted:
        return ()
    masked = markup.mask(text)
    mention_starts = [mention.start for mention in asserted]
    described: list[DescribedObject] = []
    for start, end in sentences.spans(masked):
        inside = asserted[bisect_left(mention_starts, start) : bisect_left(mention_starts, end)]
        if inside:
            tokens = [Token(word, start + first, start + last) for word, first, last in words.tokens(masked[start:end])]
            if _INFERENCE.isdisjoint(token.word for token in tokens):
                described.extend(_in_sentence(tokens, inside))
    return tuple(described)


def _in_sentence(tokens: list[Token], inside: list[Mention]) -> list[DescribedObject]:
    starts = [token.start for token in tokens]
    token_spans = [(bisect_left(starts, mention.start), bisect_left(starts, mention.end)) for mention in inside]
    described = []
    for number, (mention, (first, last)) in enumerate(zip(inside, token_spans, strict=True)):
        colours = (*_before(tokens, first, mention), *_behind(tokens, last, mention))
        positions = (
            _positions(tokens, last, token_spans[number + 1][0], inside[number + 1]) if number + 1 < len(inside) else ()
        )
        described.append(
            DescribedObject(
                mention.text, mention.readings, is_plural(mention.text), mention.start, mention.end, colours,
                _action(tokens, last, mention), positions,
            )
        )  # fmt: skip
    return described


def _before(tokens: list[Token], first: int, mention: Mention) -> list[Detail]:
    """Colours in the row of adjectives before an object: "a small red and white bus"."""
    colours = []
    for index in range(first - 1, max(first - 1 - _LONGEST_ROW, -1), -1):
        word = tokens[index].word
        if word in COLOURS:
            colours.append(Detail(COLOURS[word], tokens[index].start, mention.end))
        elif word not in _SIZES and not _joins(tokens, index):
            break
    return colours


def _joins(tokens: list[Token], index: int) -> bool:
    """Whether a word joins two adjectives: "red and white"."""
    previous = tokens[index - 1].word
    return tokens[index].word == "-" or (tokens[index].word in _ROW and (previous in COLOURS or previous in _SIZES))


def _behind(tokens: list[Token], last: int, mention: Mention) -> list[Detail]:
    """Colours behind a verb: "the bus is bright red"."""
    if last >= len(tokens) or tokens[last].word not in ("is", "are", "was", "were"):
        return []
    colours = []
    for token in tokens[last + 1 : last + 1 + _LONGEST_ROW]:
        if token.word in COLOURS:
            colours.append(Detail(COLOURS[token.word], mention.start, token.end))
        elif token.word not in _SIZES and token.word not in _ROW and token.word not in ("painted", "mostly", "all"):
            break
    return colours


def _action(tokens: list[Token], last: int, mention: Mention) -> Detail | None:
    for token in tokens[last : last + 4]:
        if token.word in ACTIONS:
            return Detail(ACTIONS[token.word], mention.start, token.end)
        if token.word not in _LINKS and not token.word.endswith("ly"):
            return None
    return None


def _positions(tokens: list[Token], last: int, following: int, other: Mention) -> tuple[Position, ...]:
    """Where the object before `last` is beside the one that begins at `following`."""
    between = [token.word for token in tokens[last:following]]
    if not between or len(between) > _FARTHEST or not _ROW.isdisjoint(between):
        return ()
    for length in (4, 3, 2, 1):
        for index in range(len(between) - length + 1):
            group = PLACES.get(tuple(between[index : index + length]))
            if group:
                return (Position(group, other.readings, tokens[last + index].start, other.end),)
    return ()
