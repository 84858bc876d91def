"""Words and punctuation of a text with their character offsets."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = r"[^\W\d_]+n['’]t\b|[^\W\d_]+|['’](?:s|re|ve|ll|d|m)\b|\d+(?:\.\d+)?"
_TOKEN = re.compile(rf"{_WORD}|\n|\S")
_SPOKEN = re.compile(_WORD)
_DENSE = re.compile(
    r"[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
"""Letters of scripts that put no space between words: Thai, Lao, Burmese, Khmer, Kana, Han."""


class Token(NamedTuple):
    """A word, number or punctuation mark; `word` is lower case, with a straight apostrophe."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Every word, number, line break and punctuation mark of `text`, in order."""
    return [Token(_folded(match[0]), *match.span()) for match in _TOKEN.finditer(text)]


def words(text: str) -> list[str]:
    """The lower-case words and numbers of `text`, without punctuation."""
    if text.isascii():
        return [word for word in _SPOKEN.findall(text.lower()) if word[0] != "'"]
    return [_folded(word) for word in _SPOKEN.findall(text) if word[0] not in "'’"]


def count(text: str) -> int:
    """How many words and numbers `text` has; in scripts without spaces between words, two letters count as a word."""
    spoken = words(text)
    if text.isascii():
        return len(spoken)
    dense = [len(_DENSE.findall(word)) for word in spoken]
    return sum(
        max(1, (letters + 1) // 2 + (letters < len(word))) if letters else 1
        for word, letters in zip(spoken, dense, strict=True)
    )


def sequence(text: str) -> list[str]:
    """The words of `tokens`, without their places."""
    if text.isascii():  # each letter stays one letter
        return _TOKEN.findall(text.lower())
    return [_folded(word) for word in _TOKEN.findall(text)]


def offsets(text: str) -> list[tuple[int, int]]:
    """(start, end) of each of `tokens`."""
    return [match.span() for match in _TOKEN.finditer(text)]


def _folded(word: str) -> str:
    return word.lower().replace("’", "'")


_IRREGULAR = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "person": "people",
    "mouse": "mice",
    "goose": "geese",
    "tooth": "teeth",
    "foot": "feet",
    "ox": "oxen",
    "knife": "knives",
    "shelf": "shelves",
    "bookshelf": "bookshelves",
    "leaf": "leaves",
    "loaf": "loaves",
    "calf": "calves",
    "wolf": "wolves",
    "scarf": "scarves",
    "half": "halves",
    "wife": "wives",
}
_UNCHANGED = {
    "sheep",
    "deer",
    "fish",
    "moose",
    "bison",
    "broccoli",
    "scissors",
    "skis",
    "cattle",
    "people",
    "men",
    "women",
    "persons",
}


def plural(noun: str) -> str:
    """The plural of a singular noun or noun phrase: its last word changes ("wine glasses", "firemen")."""
    head, space, last = noun.rpartition(" ")
    return head + space + _plural_word(last)


def _plural_word(word: str) -> str:
    if word in _UNCHANGED:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("man") and word != "human":
        return word[:-3] + "men"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word in ("tomato", "potato", "mango"):
        return word + "es"
    return word + "s"
