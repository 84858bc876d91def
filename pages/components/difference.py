"""Two texts as one: words that went are struck through, words that came are underlined.

What both begin and end with is set aside, the rest compared word by word as far as a table of TABLE cells allows:
beyond it sentence by sentence, and beyond that it is shown as replaced. `assets/components/diff.js` has no sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from pages.components import markup

TABLE = 4_000_000
"""Cells of the largest table that is filled."""
SAME, GONE, NEW = "same", "gone", "new"
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?\n]*+[.!?\n]*+\s*+")
_TAGS = {GONE: ("del", "w-gone"), NEW: ("ins", "w-new")}
_COARSE = '<div class="w-soft">These texts are too long to be compared word by word.</div>'

Part = tuple[str, str]
"""What became of a text ("same", "gone" or "new"), and the text."""


def html(before: str, after: str) -> str:
    """Returns the markup of two texts in one; a sentence follows where they were too long to be compared in full.

    Args:
        before: The old text; what went is struck through.
        after: The new text; what came is underlined.
    """
    parts, full = compare(before, after)
    marked_parts = [markup.safe(text) if kind == SAME else _part(kind, text) for kind, text in parts]
    return "".join(marked_parts) + ("" if full else _COARSE)


def compare(before: str, after: str) -> tuple[list[Part], bool]:
    """Compares two texts word by word.

    Args:
        before: The old text.
        after: The new text.
    Returns:
        The parts of both in order, and True when all of them were compared word by word.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    head, tail = _common(old, new)
    rest_old, rest_new = old[head : len(old) - tail], new[head : len(new) - tail]
    full = len(rest_old) * len(rest_new) <= TABLE
    middle = _aligned(rest_old, rest_new) if full else _by_sentence("".join(rest_old), "".join(rest_new))
    parts = [(SAME, "".join(old[:head])), *middle, (SAME, "".join(old[len(old) - tail :]))]
    return _joined(parts), full


def _by_sentence(before: str, after: str) -> Iterator[Part]:
    """Whole sentences that are the same; what differs between them word by word where it is short enough."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    if len(old) * len(new) > TABLE:
        return iter([(GONE, before), (NEW, after)])
    return _in_words(_joined(_aligned(old, new)))


def _in_words(parts: Sequence[Part]) -> Iterator[Part]:
    cells = TABLE
    waiting = ""
    for kind, text in (*parts, (SAME, "")):
        if kind == GONE:
            waiting = text
            continue
        if kind == NEW and waiting:
            old, new = _WORD.findall(waiting), _WORD.findall(text)
            cells -= len(old) * len(new)
            yield from _aligned(old, new) if cells >= 0 else [(GONE, waiting), (NEW, text)]
        else:
            yield from ((GONE, waiting), (kind, text))
        waiting = ""


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    """The pieces of both along their longest common subsequence."""
    longest = _common_lengths(old, new)
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield SAME, old[i]
            i, j = i + 1, j + 1
        elif longest[i + 1, j] >= longest[i, j + 1]:
            yield GONE, old[i]
            i += 1
        else:
            yield NEW, new[j]
            j += 1
    yield from ((GONE, piece) for piece in old[i:])
    yield from ((NEW, piece) for piece in new[j:])


def _common_lengths(old: Sequence[str], new: Sequence[str]) -> np.ndarray:
    """(len(old) + 1, len(new) + 1): how many pieces the two have in common from these places on."""
    numbers = {piece: number for number, piece in enumerate(dict.fromkeys((*old, *new)))}
    columns = np.array([numbers[piece] for piece in reversed(new)], dtype=np.int32)
    table = np.zeros((len(old) + 1, len(new) + 1), dtype=np.uint32)
    for row, piece in enumerate(reversed(old), 1):
        above = table[row - 1]
        np.maximum.accumulate(np.maximum(above[1:], above[:-1] + (columns == numbers[piece])), out=table[row, 1:])
    return table[::-1, ::-1]


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many pieces both begin with, and how many of the rest both end with."""
    least = min(len(old), len(new))
    head = next((index for index in range(least) if old[index] != new[index]), least)
    tail = next((index for index in range(least - head) if old[-1 - index] != new[-1 - index]), least - head)
    return head, tail


def _joined(parts: Sequence[Part] | Iterator[Part]) -> list[Part]:
    """Neighbours of one kind as one part; of a replaced one what went stands first."""
    joined: list[Part] = []
    for same, run in groupby((part for part in parts if part[1]), key=lambda part: part[0] == SAME):
        pieces = list(run)
        for kind in (SAME,) if same else (GONE, NEW):
            text = "".join(piece for piece_kind, piece in pieces if piece_kind == kind)
            if text:
                joined.append((kind, text))
    return joined


def _part(kind: str, text: str) -> str:
    tag, tone = _TAGS[kind]
    return f'<{tag} class="{tone}">{markup.safe(text)}</{tag}>'
