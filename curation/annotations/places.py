"""Where the values of a JSON file begin and end, found by bracket depth outside strings, a chunk at a time."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from curation.annotations.model import AnnotationsError
from scoring.arrays import Bytes, Numbers

CHUNK_BYTES = 8 << 20
_QUOTE, _BACKSLASH = 34, 92
_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1

Span = tuple[int, int]


@dataclass
class RecordPlaces:
    """(start, stop) of the root, of each list or object in an object root, and of each record below those.

    A list root is its own only value, so that records are always children of a value.
    """

    root: Span = (0, 0)
    values: list[Span] = field(default_factory=list)
    starts: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    stops: Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    def children(self, number: int) -> Iterator[Span]:
        """The records inside a value."""
        low, high = (int(np.searchsorted(self.starts, bound)) for bound in self.values[number])
        for start, stop in zip(self.starts[low:high], self.stops[low:high], strict=True):
            yield int(start), int(stop)


def find(data: mmap.mmap, start: int, levels: int, name: str) -> RecordPlaces:
    """Finds where the values of a JSON file begin and end.

    Args:
        data: The mapped file.
        start: Position of the root's opening bracket.
        levels: How far below the root the records lie, 1 or 2.
        name: The file's name, for messages.

    Returns:
        Spans of the root, its values and the records.

    Raises:
        AnnotationsError: The file ends early or goes on after its end.
    """
    brackets, depths = _brackets(data, start, levels + 1)
    opens, closes = depths > 0, depths <= 0
    ends = brackets[closes & (depths == 0)] + 1
    if not len(ends):
        raise AnnotationsError(f"{name} is cut off: it ends in the middle.")
    root = (start, int(ends[0]))
    ending = data[root[1] : root[1] + 4096].strip()
    if ending:
        raise AnnotationsError(f"{name} goes on after its end, with {ending[:40]!r}.")
    opens, closes = opens & (brackets < root[1]), closes & (brackets < root[1])
    spans = [(brackets[opens & (depths == level)], brackets[closes & (depths == -level + 1)] + 1) for level in (2, 3)]
    if levels == 1:
        return RecordPlaces(root, [root], *spans[0])
    return RecordPlaces(root, list(zip(spans[0][0].tolist(), spans[0][1].tolist(), strict=True)), *spans[1])


def _brackets(data: mmap.mmap, start: int, deepest: int) -> tuple[Numbers, Numbers]:
    """Positions of brackets with depth: 1, 2, ... when they open to it, 0, -1, ... when they close down to 0, 1, ..."""
    codes = np.frombuffer(data, dtype=np.uint8)
    depth, inside = 0, False
    kept_positions, kept_depths = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for low in range(start, len(codes), CHUNK_BYTES):
        chunk = codes[low : low + CHUNK_BYTES]
        quotes = _quotes(codes, chunk, low)
        steps = _STEP[chunk]
        positions = np.flatnonzero(steps)
        positions = positions[(np.searchsorted(quotes, positions) + inside) % 2 == 0]
        moves = steps[positions].astype(np.int64)
        depths = depth + np.cumsum(moves)
        keep = np.where(moves > 0, depths <= deepest, depths < deepest)
        kept_positions.append(positions[keep] + low)
        kept_depths.append(np.where(moves > 0, depths, -depths)[keep])
        depth = int(depths[-1]) if len(depths) else depth
        inside ^= bool(len(quotes) % 2)
    return np.concatenate(kept_positions), np.concatenate(kept_depths)


def _quotes(codes: Bytes, chunk: Bytes, low: int) -> Numbers:
    """Places in the chunk of quotes that open or close a string: an even number of backslashes stands before."""
    quotes = np.flatnonzero(chunk == _QUOTE)
    before = quotes + low - 1
    suspects = np.flatnonzero((before >= 0) & (codes[before] == _BACKSLASH))
    escaped = [index for index in suspects.tolist() if _backslashes(codes, int(before[index])) % 2]
    return np.delete(quotes, escaped)


def _backslashes(codes: Bytes, last: int) -> int:
    count = 0
    while last - count >= 0 and codes[last - count] == _BACKSLASH:
        count += 1
    return count
