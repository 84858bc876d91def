"""Whether samples show pictures or ask questions of evaluation sets: fingerprints of a set, and what meets them.

A picture meets one of a set when their bytes are equal or their 64-bit perceptual hashes differ in at most a few bits.
A question meets one of a set when at least SHARE of that one's runs of eight words occur in it, as Chowdhery et al.,
2022 (PaLM, section 8, https://arxiv.org/abs/2204.02311) part contaminated from clean; runs that many questions of
the set share are its template and count for nothing. Shorter questions are asked everywhere: they prove nothing alone.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from scoring.arrays import Bits, Numbers
from scoring.files import appearing

RUN = 8
"""Words of a run."""
SHARE = 0.7
TEMPLATE = 10
"""Questions that share a run from which on it belongs to the set's template."""
HASH_BITS = 64
"""Bits of a perceptual hash."""
_PLAIN_BITS = 8
"""A hash with fewer bits set, or fewer not set, is that of a plain picture, which tells nothing."""
_CHUNK = 1 << 20
_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, eq=False)
class EvaluationSet:
    """What is kept of an evaluation set: no picture and no answer, only what finds them again.

    Attributes:
        name: What people call it.
        picture_names: The files or rows of its pictures, (P,).
        contents: First 64 bits of the digest of each picture's bytes, (P,).
        hashes: Perceptual hashes, (P,).
        questions: Its distinct questions, (Q,).
    """

    name: str
    picture_names: tuple[str, ...]
    contents: Bits
    hashes: Bits
    questions: tuple[str, ...]

    @cached_property
    def runs(self) -> tuple[Bits, Numbers, Numbers]:
        """Runs of words in order, the question of each, and how many runs count of each question."""
        hashed = [runs_of(question) for question in self.questions]
        counts = np.array([len(runs) for runs in hashed], dtype=np.int64)
        runs = np.concatenate([np.empty(0, np.uint64), *hashed])
        owners = np.repeat(np.arange(len(hashed)), counts)
        _, which, shared = np.unique(runs, return_inverse=True, return_counts=True)
        telling = shared[which] <= TEMPLATE
        runs, owners = runs[telling], owners[telling]
        order = np.argsort(runs, kind="stable")
        return runs[order], owners[order], np.bincount(owners, minlength=len(hashed))

    def question_in(self, text: str) -> str | None:
        """Finds the question of the set that a text repeats most of.

        Args:
            text: An instruction.

        Returns:
            The question; None where the text repeats less than SHARE of each.
        """
        runs, owners, counts = self.runs
        text_runs = runs_of(text)
        if not len(text_runs) or not len(runs):
            return None
        starts, ends = np.searchsorted(runs, text_runs, "left"), np.searchsorted(runs, text_runs, "right")
        owners_met = [owners[start:end] for start, end in zip(starts, ends, strict=True) if end > start]
        if not owners_met:
            return None
        numbers, hits = np.unique(np.concatenate(owners_met), return_counts=True)
        shares = hits / counts[numbers]
        best = int(shares.argmax())
        return self.questions[numbers[best]] if shares[best] >= SHARE else None

    def same_question(self, text: str) -> bool:
        """Says whether a text is one of the set's questions, however short; letter case and marks aside."""
        return " ".join(words(text)) in self._plain_questions

    @cached_property
    def _plain_questions(self) -> frozenset[str]:
        return frozenset(" ".join(words(question)) for question in self.questions) - {""}


def words(text: str) -> list[str]:
    """Words of a text in small letters, without markup such as <image>."""
    return _WORD.findall(_MARKUP.sub(" ", text).lower())


def runs_of(text: str) -> Bits:
    """Hashes the distinct runs of RUN words of a text, (R,); none of a shorter text."""
    listed = words(text)
    runs = {" ".join(listed[start : start + RUN]) for start in range(len(listed) - RUN + 1)}
    digests = b"".join(hashlib.blake2b(run.encode(), digest_size=8).digest() for run in sorted(runs))
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def bits(numbers: Iterable[int]) -> Bits:
    """Numbers of 64 bits as an array."""
    return np.fromiter(numbers, dtype=np.uint64)


def content_of(content_hash: str) -> int:
    """The first 64 bits of a hexadecimal digest."""
    return int(content_hash[:16], 16)


def met_pictures(hashes: Bits, contents: Bits, evaluation_set: EvaluationSet, max_bits: int) -> dict[int, int]:
    """Finds pictures that are in an evaluation set.

    Args:
        hashes: Perceptual hashes, (N,).
        contents: First 64 bits of the pictures' digests, (N,).
        known: The set.
        max_bits: The most bits in which perceptual hashes may differ.

    Returns:
        By index of the picture, the index of the nearest picture of the set.
    """
    nearest: dict[int, tuple[int, int]] = {}
    for index, other in zip(*_equal(contents, evaluation_set.contents), strict=True):
        nearest[int(index)] = (-1, int(other))
    telling, telling_in_set = (np.flatnonzero(_is_telling(values)) for values in (hashes, evaluation_set.hashes))
    for indices, others in _near(hashes[telling], evaluation_set.hashes[telling_in_set], max_bits):
        own_indices, set_indices = telling[indices], telling_in_set[others]
        distances = np.bitwise_count(hashes[own_indices] ^ evaluation_set.hashes[set_indices])
        for index, other, distance in zip(own_indices.tolist(), set_indices.tolist(), distances.tolist(), strict=True):
            nearest[index] = min(nearest.get(index, (HASH_BITS, other)), (distance, other))
    return {index: other for index, (_, other) in nearest.items()}


def save(evaluation_set: EvaluationSet, path: Path) -> None:
    """Writes the fingerprints of a set; the file appears whole."""
    with appearing(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            name=np.array(evaluation_set.name),
            picture_names=np.array(evaluation_set.picture_names, dtype=np.str_),
            contents=evaluation_set.contents,
            hashes=evaluation_set.hashes,
            questions=np.array(evaluation_set.questions, dtype=np.str_),
        )


def load(path: Path) -> EvaluationSet:
    """Reads the fingerprints of a set.

    Args:
        path: As `save` wrote it.

    Returns:
        The set.

    Raises:
        OSError: The file is gone or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return EvaluationSet(
                str(file["name"]), tuple(file["picture_names"].tolist()), file["contents"], file["hashes"],
                tuple(file["questions"].tolist()),
            )  # fmt: skip
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise OSError(f"{path.name} is damaged") from error


def digest(picture_contents: Iterable[int], questions: Sequence[str]) -> str:
    """Names what is in a set, the same for the same pictures and questions."""
    state = hashlib.blake2b(digest_size=4)
    for content in sorted(picture_contents):
        state.update(content.to_bytes(8, "little"))
    for question in sorted(questions):
        state.update(question.encode() + b"\0")
    return state.hexdigest()


def _is_telling(hashes: Bits) -> np.ndarray:
    bits = np.bitwise_count(hashes)
    return (bits >= _PLAIN_BITS) & (bits <= HASH_BITS - _PLAIN_BITS)


def _near(hashes: Bits, others: Bits, max_bits: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Index pairs of hashes at most so many bits apart: of as many bands plus one, two such share one whole."""
    for low, high in pairwise(np.linspace(0, HASH_BITS, max_bits + 2).astype(int).tolist()):
        mask = np.uint64((1 << (high - low)) - 1)
        bands, other_bands = ((values >> np.uint64(low)) & mask for values in (hashes, others))
        order = np.argsort(other_bands, kind="stable")
        starts, ends = (np.searchsorted(other_bands[order], bands, side) for side in ("left", "right"))
        for first, last in _chunks(ends - starts):
            sizes = (ends - starts)[first:last]
            indices = np.repeat(np.arange(first, last), sizes)
            within = np.arange(len(indices)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            candidates = order[np.repeat(starts[first:last], sizes) + within]
            close = np.bitwise_count(hashes[indices] ^ others[candidates]) <= max_bits
            yield indices[close], candidates[close]


def _equal(values: Bits, others: Bits) -> tuple[Numbers, Numbers]:
    """Indices of the values that occur among others, and the first place there."""
    distinct, firsts = np.unique(others, return_index=True)
    positions = np.minimum(np.searchsorted(distinct, values), max(len(distinct) - 1, 0))
    indices_found = np.flatnonzero(distinct[positions] == values) if len(distinct) else np.empty(0, np.int64)
    return indices_found, firsts[positions[indices_found]] if len(indices_found) else indices_found


def _chunks(sizes: Numbers) -> Iterator[tuple[int, int]]:
    """Ranges of items whose sizes sum up to about _CHUNK, at least one item each."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, before + _CHUNK, "right")), first + 1)
        yield first, last
        first = last
