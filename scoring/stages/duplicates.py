"""Samples that say the same about the same images, exactly or nearly; another question is no duplicate.

Two samples are exact duplicates when their images (by content), instructions and responses (letter case,
punctuation and spaces aside) are equal. They are near duplicates when their images look alike (64-bit
perceptual hashes at most `max_bits` apart, https://www.phash.org) and instructions and responses each share
nearly all content words, with the same numbers and denials: another count, or in a short text one other
object, makes another sample. The first row of a group is kept, the others are marked, never removed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.metric import Flag, Stage
from scoring.stage import Member, StageResult

STAGE = Stage(
    name="duplicates",
    version="1",
    title="Copies of this sample",
    principle="structure",
    unit="other samples in its group",
    range=(0.0, None),
    bad_when="high",
    suggested=(None, None),
    flags=("duplicate",),
    params={"similarity": 0.85, "max_bits": 4},
)

_TELLING = frozenset(
    """no not never none without neither nor cannot isn aren don doesn one two three four five six seven eight nine ten
    eleven twelve left right""".split()
)
_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD = re.compile(r"[^\W_]+")
_LARGEST_BLOCK = 400
_FUNCTION_WORDS = frozenset(
    """a an the is are was were be been being am do does did has have had of in on at to for with by from as and or
    that this these those it its there here he she they them his her their you your i we us our me my some any what
    which who whom whose when where how please can could would will shall should may might must image picture photo
    photograph scene shown shows show seen see""".split()
)


@dataclass(frozen=True, slots=True)
class _Entry:
    sample_no: int
    dataset_no: int
    row_index: int
    pictures: tuple[str, ...]
    hashes: tuple[int, ...]
    instruction: tuple[str, ...]
    response: tuple[str, ...]

    @property
    def telling(self) -> tuple[frozenset[str], frozenset[str]]:
        """Numbers, denials and sides: words whose change makes another sample."""
        instruction, response = (
            frozenset(word for word in text if word in _TELLING or word.isdigit())
            for text in (self.instruction, self.response)
        )
        return instruction, response

    @property
    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        return (
            frozenset(self.instruction) - _FUNCTION_WORDS,
            frozenset(self.response) - _FUNCTION_WORDS,
        )


def run(work: Path, params: Mapping[str, Any], progress: Callable[[float], None]) -> StageResult:
    """Groups of duplicates among all samples of the work list."""
    entries = list(_entries(work, progress))
    parent = {entry.sample_no: entry.sample_no for entry in entries}
    exact = _join(parent, _exact_groups(entries))
    near_pairs = _near_pairs(entries, params["similarity"], params["max_bits"], progress)
    _join(parent, near_pairs)
    return _result(entries, parent, exact)


def _entries(work: Path, progress: Callable[[float], None]) -> Iterable[_Entry]:
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(work) as file:
        total, seen = max(file.metadata.num_rows, 1), 0
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                yield _entry(row)
            seen += batch.num_rows
            progress(0.6 * seen / total)


def _entry(row: Mapping[str, Any]) -> _Entry:
    turns, images = row["turns"] or (), row["images"] or ()
    return _Entry(
        row["sample_no"],
        row["dataset_no"],
        row["row_index"],
        tuple(image["content_hash"] for image in images),
        tuple(image["phash"] for image in images),
        tuple(word for turn in turns for word in _words(turn["instruction"])),
        tuple(word for turn in turns for word in _words(turn["response"])),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(_MARKUP.sub(" ", text).lower())


def _exact_groups(entries: Iterable[_Entry]) -> list[list[int]]:
    groups: dict[Any, list[int]] = defaultdict(list)
    for entry in entries:
        if entry.response:
            groups[(entry.pictures, entry.instruction, entry.response)].append(entry.sample_no)
    return [group for group in groups.values() if len(group) > 1]


def _near_pairs(
    entries: list[_Entry], similarity: float, max_bits: int, progress: Callable[[float], None]
) -> list[list[int]]:
    blocks = _blocks(entries, max_bits)
    pairs: list[list[int]] = []
    for index, block in enumerate(blocks):
        pairs += _near_in_block(block, similarity)
        if index % 200 == 0:
            progress(0.6 + 0.4 * index / len(blocks))
    return pairs


def _blocks(entries: Iterable[_Entry], max_bits: int) -> list[list[_Entry]]:
    """Samples that may be near duplicates: images that look alike, or no image and the same first words."""
    distinct = sorted({entry.hashes for entry in entries if entry.hashes})
    look = _alike(distinct, max_bits)
    blocks: dict[Any, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if entry.response:
            key = look[entry.hashes] if entry.hashes else ("text", *sorted(entry.words[0])[:4])
            blocks[key].append(entry)
    return [block for block in blocks.values() if len(block) > 1]


def _alike(distinct: list[tuple[int, ...]], max_bits: int) -> dict[tuple[int, ...], tuple[int, ...]]:
    """One representative per set of images that look alike, found through bands of equal hash bytes."""
    bands: dict[tuple[int, int, int], list[tuple[int, ...]]] = defaultdict(list)
    same: dict[tuple[int, ...], tuple[int, ...]] = {}
    for hashes in distinct:
        keys = [(len(hashes), band, (hashes[0] >> (8 * band)) & 0xFF) for band in range(8)]
        candidates = (other for key in keys for other in bands[key])
        match = next((other for other in candidates if _bits_apart(hashes, other) <= max_bits), None)
        same[hashes] = match or hashes
        if match is None:
            for key in keys:
                bands[key].append(hashes)
    return same


def _bits_apart(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    return max((a ^ b).bit_count() for a, b in zip(first, second, strict=True))


def _near_in_block(block: list[_Entry], similarity: float) -> list[list[int]]:
    """Pairs of near duplicates; in a very large block only neighbours in word order are compared."""
    if len(block) > _LARGEST_BLOCK:
        block = sorted(block, key=lambda entry: sorted(entry.words[1]))
    words = [entry.words for entry in block]
    telling = [entry.telling for entry in block]
    reach = len(block) if len(block) <= _LARGEST_BLOCK else 8
    return [
        [block[a].sample_no, block[b].sample_no]
        for a in range(len(block))
        for b in range(a + 1, min(a + 1 + reach, len(block)))
        if telling[a] == telling[b]
        and all(_similar(one, two, similarity) for one, two in zip(words[a], words[b], strict=True))
    ]


def _similar(one: frozenset[str], two: frozenset[str], similarity: float) -> bool:
    if not one or not two:
        return one == two
    return len(one & two) >= similarity * len(one | two)


def _join(parent: dict[int, int], groups: Iterable[list[int]]) -> set[frozenset[int]]:
    """Unites the members of each group; returns the groups as sets."""

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    joined = set()
    for group in groups:
        joined.add(frozenset(group))
        first = root(group[0])
        for other in group[1:]:
            low, high = sorted((first, root(other)))
            parent[high] = low
            first = low
    return joined


def _result(entries: list[_Entry], parent: dict[int, int], exact: set[frozenset[int]]) -> StageResult:
    by_no = {entry.sample_no: entry for entry in entries}
    groups: dict[int, list[int]] = defaultdict(list)
    for number in parent:
        root = number
        while parent[root] != root:
            root = parent[root]
        groups[root].append(number)
    values: dict[int, float | None] = dict.fromkeys(parent, 0.0)
    flags: list[tuple[int, Flag]] = []
    members: list[Member] = []
    large = [sorted(group) for group in groups.values() if len(group) > 1]
    same = {number for group in exact for number in group}
    for number, group in enumerate(large):
        kept = by_no[group[0]]
        for sample_no in group:
            values[sample_no] = float(len(group) - 1)
            relation = "exact" if sample_no in same else "near"
            members.append(Member(number, sample_no, sample_no == kept.sample_no, relation))
            flags.append((sample_no, _flag(by_no[sample_no], kept, group, relation)))
    return StageResult(values, flags=tuple(flags), members=tuple(members))


def _flag(entry: _Entry, kept: _Entry, group: list[int], relation: str) -> Flag:
    is_kept = entry.sample_no == kept.sample_no
    copies = len(group) - 1
    reason = (
        f"{copies} other sample(s) say {'exactly' if relation == 'exact' else 'nearly'} the same; this one is kept."
        if is_kept
        else f"Says {'exactly' if relation == 'exact' else 'nearly'} the same as row {kept.row_index}, which is kept."
    )
    evidence = {"group": group, "kept": kept.sample_no, "relation": relation}
    return Flag("duplicate", reason, verdict="keep" if is_kept else "copy", score=1.0, evidence=evidence)
