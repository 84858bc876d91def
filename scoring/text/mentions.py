"""Mentions of concrete objects in a text, with exact character offsets.

The first two steps of the hallucination check of Li et al. (TMLR 2024, section 3.3.3) in the manner of
CHAIR (Rohrbach et al., 2018): multi-word names first, plurals and synonyms read as one class, and mentions
that assert nothing told apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from scoring.text import markup, negation, senses, sentences, words
from scoring.text.lexicon import Lexicon, Readings


class Mention(NamedTuple):
    """An object named at `text[start:end]`.

    `readings` are the classes it may mean, the most usual first. `silent` says why it asserts nothing
    ("negated", "hypothetical", "compared", "depicted", "asked", "quoted", "denied", "modifier"), or is ""
    when the text claims that the object is there.
    """

    start: int
    end: int
    text: str
    readings: Readings
    silent: str = ""


_OFTEN = 4000
"""Characters up to which a text is remembered: several metrics read the same response."""


def find(text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    """Finds every mention of an object, markup skipped.

    Args:
        text: Any text.
        lexicon: The names of objects.

    Returns:
        The mentions in order; offsets are those of `text` itself.
    """
    return _remembered(text, lexicon) if len(text) <= _OFTEN else _find(text, lexicon)


@lru_cache(maxsize=2048)
def _remembered(text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    return _find(text, lexicon)


def _find(text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    masked = markup.mask(text)
    object_mentions: list[Mention] = []
    for start, end in sentences.spans(masked):
        object_mentions.extend(_in_sentence(masked, start, end, lexicon))
    return tuple(object_mentions)


def _in_sentence(text: str, start: int, end: int, lexicon: Lexicon) -> list[Mention]:
    every = words.sequence(text[start:end])
    sentence = [word for word in every if word != "-"]
    names = _names(sentence, lexicon)
    if not names:
        return []
    token_spans = [
        token_span for token_span, word in zip(words.offsets(text[start:end]), every, strict=True) if word != "-"
    ]
    reasons = negation.silent(sentence)
    object_mentions = []
    for position, (index, stop, readings) in enumerate(names):
        followed = position + 1 < len(names) and names[position + 1][0] == stop
        qualifies = senses.may_head(sentence[stop]) if followed else senses.modifies(sentence, stop)
        first, last = start + token_spans[index][0], start + token_spans[stop - 1][1]
        silent = reasons[index] or ("modifier" if qualifies else "")
        object_mentions.append(Mention(first, last, text[first:last], readings, silent))
    return object_mentions


def _names(sentence: list[str], lexicon: Lexicon) -> list[tuple[int, int, Readings]]:
    """(first word, word after the last, readings) of every name that is an object here."""
    names: list[tuple[int, int, Readings]] = []
    if lexicon.by_first_word.keys().isdisjoint(sentence):
        return names
    animal = senses.names_animal(sentence)
    index = 0
    while index < len(sentence):
        match = lexicon.match(sentence, index) if sentence[index] in lexicon.by_first_word else None
        if match is None:
            index += 1
            continue
        length, readings = match
        if length > 1 and senses.ends_in_verb(sentence, index, index + length):
            length, readings = lexicon.match(sentence[: index + length - 1], index) or match
        verb = names and names[-1][1] == index and senses.is_verb_after(sentence[index - 1], sentence[index])
        if readings and not (length == 1 and (verb or not senses.names_object(sentence, index, animal))):
            names.append((index, index + length, readings))
        index += length
    return names
