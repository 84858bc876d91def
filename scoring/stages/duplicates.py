"""Samples that say the same about the same images, exactly or nearly; another question is no duplicate.

Two samples are exact duplicates when their images (by content), instructions and responses (letter case, punctuation
and spaces aside) are equal. They are near duplicates when their images look alike (64-bit perceptual hashes at most
`max_bits` apart, https://www.phash.org, or, when `vectors` names a feature such as clip_image, vectors with at least
`cosine`) and instructions and responses each share nearly all content words, with the same numbers and denials: another
count, or in a short text one other object, makes another sample. What a model thought before it answers is no part of a
response. Pictures that are missing or broken are told apart by the references to them, and samples with such are never
near duplicates. The first row of a group is kept, the others are marked, never removed.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring import similar
from scoring import work as work_files
from scoring.item import without_thought
from scoring.json_types import Params
from scoring.metric import Flag, Stage
from scoring.stage import Member, StageResult

STAGE = Stage(
    name="duplicates",
    version="3",
    title="Copies of this sample",
    principle="structure",
    unit="other samples in its group",
    range=(0.0, None),
    bad_when="high",
    suggested=(None, None),
    flags=("duplicate",),
    params={"similarity": 0.85, "max_bits": 4, "vectors": "", "cosine": 0.97},
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
class _ComparedSample:
    sample_no: int
    dataset_no: int
    row_index: int
    dataset: str
    images: tuple[int, ...]
    pictures: tuple[str, ...]
    unread: tuple[str, ...]
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


def run(work: Path, params: Params, progress: Callable[[float], None]) -> StageResult:
    """Groups the duplicates among all samples of the work list.

    Args:
        work: The work list.
        params: Those of STAGE.
        progress: Called with shares from 0 to 1.

    Returns:
        For each sample, the number of others in its group; a flag for every member of a group.
    """
    entries = list(_entries(work, progress))
    groups = similar.Groups(entry.sample_no for entry in entries)
    exact = {number for group in _exact_groups(entries) for number in _joined(groups, group)}
    looks = _looks(work.parent, entries, params)
    progress(0.7)
    visible = [entry for entry in entries if not entry.unread]
    for entry, other in _near_pairs(visible, looks, params["similarity"], progress):
        groups.join(entry.sample_no, other.sample_no)
    return _result(entries, groups, exact)


def _entries(work: Path, progress: Callable[[float], None]) -> Iterable[_ComparedSample]:
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(work) as file:
        total, seen = max(file.metadata.num_rows, 1), 0
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                yield _entry(row)
            seen += batch.num_rows
            progress(0.6 * seen / total)


def _entry(row: work_files.SampleRow) -> _ComparedSample:
    turns, images = row["turns"] or (), row["images"] or ()
    return _ComparedSample(
        row["sample_no"],
        row["dataset_no"],
        row["row_index"],
        sys.intern(row.get("dataset") or ""),
        tuple(image["image_no"] for image in images),
        tuple(image["content_hash"] for image in images),
        tuple(row.get("unread") or ()),
        tuple(image["phash"] for image in images),
        tuple(word for turn in turns for word in _words(turn["instruction"])),
        tuple(word for turn in turns for word in _words(without_thought(turn["response"]))),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(_MARKUP.sub(" ", text).lower())


def _exact_groups(entries: Iterable[_ComparedSample]) -> list[list[int]]:
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for entry in entries:
        if entry.response:
            groups[(entry.pictures, entry.unread, entry.instruction, entry.response)].append(entry.sample_no)
    return [group for group in groups.values() if len(group) > 1]


def _joined(groups: similar.Groups, members: list[int]) -> list[int]:
    for other in members[1:]:
        groups.join(members[0], other)
    return members


def _looks(folder: Path, entries: Iterable[_ComparedSample], params: Params) -> dict[int, int]:
    """For every image, the first that looks like it: by perceptual hash, and by vectors when they are named."""
    hashes = {no: phash for entry in entries for no, phash in zip(entry.images, entry.hashes, strict=True)}
    numbers = np.array(sorted(hashes), dtype=np.int64)
    looks = similar.Groups(numbers.tolist())
    if len(numbers):
        of_images = np.array([hashes[number] for number in numbers.tolist()], dtype=np.uint64)
        for left, right in similar.hash_pairs(of_images, params["max_bits"]):
            looks.join(int(numbers[left]), int(numbers[right]))
    if params["vectors"]:
        vector_numbers, vectors = work_files.vectors(folder, params["vectors"])
        for left, right in similar.vector_pairs(vectors, params["cosine"]):
            looks.join(int(vector_numbers[left]), int(vector_numbers[right]))
    return {number: looks.root(number) for number in numbers.tolist()}


def _near_pairs(
    entries: list[_ComparedSample], looks: Mapping[int, int], similarity: float, progress: Callable[[float], None]
) -> Iterator[tuple[_ComparedSample, _ComparedSample]]:
    """Samples whose images look alike, one by one, and whose texts say nearly the same."""
    blocks: dict[tuple[int, ...], list[_ComparedSample]] = defaultdict(list)
    for entry in entries:
        if entry.response:
            blocks[tuple(looks[number] for number in entry.images)].append(entry)
    for index, block in enumerate(blocks.values()):
        if index % 200 == 0:
            progress(0.7 + 0.3 * index / len(blocks))
        for left, right in _candidates(block, similarity):
            if _nearly_same(left, right, similarity):
                yield left, right


def _candidates(block: list[_ComparedSample], similarity: float) -> Iterator[tuple[_ComparedSample, _ComparedSample]]:
    """All pairs of a small block; in a large one, such as all samples without images, those that MinHash finds."""
    if len(block) <= _LARGEST_BLOCK:
        yield from itertools.combinations(block, 2)
        return
    texts = [entry.instruction + entry.response for entry in block]
    for left, right in similar.text_pairs(texts, 0.7 * similarity):  # runs of words overlap less than words do
        yield block[left], block[right]


def _nearly_same(left: _ComparedSample, right: _ComparedSample, similarity: float) -> bool:
    return left.telling == right.telling and all(
        _similar(first, second, similarity) for first, second in zip(left.words, right.words, strict=True)
    )


def _similar(left: frozenset[str], right: frozenset[str], similarity: float) -> bool:
    if not left or not right:
        return left == right
    return len(left & right) >= similarity * len(left | right)


def _result(entries: list[_ComparedSample], groups: similar.Groups, exact: set[int]) -> StageResult:
    by_no = {entry.sample_no: entry for entry in entries}
    values: dict[int, float | None] = dict.fromkeys(by_no, 0.0)
    flags: list[tuple[int, Flag]] = []
    members: list[Member] = []
    large = [sorted(group) for group in groups.sets().values() if len(group) > 1]
    for number, group in enumerate(large):
        first_row = by_no[group[0]]
        for sample_no in group:
            values[sample_no] = float(len(group) - 1)
            relation = "exact" if sample_no in exact else "near"
            members.append(Member(number, sample_no, sample_no == first_row.sample_no, relation))
            elsewhere = sorted({by_no[other].dataset for other in group} - {by_no[sample_no].dataset})
            flags.append((sample_no, _flag(by_no[sample_no], first_row, group, relation, elsewhere)))
    return StageResult(values, flags=tuple(flags), members=tuple(members))


def _flag(
    entry: _ComparedSample, first_row: _ComparedSample, group: list[int], relation: str, elsewhere: list[str]
) -> Flag:
    """`elsewhere` are the other datasets that have a member."""
    is_kept = entry.sample_no == first_row.sample_no
    also = f", also in {', '.join(elsewhere)}" if elsewhere else ""
    of = f" of {first_row.dataset}" if first_row.dataset != entry.dataset else ""
    copies = "One" if len(group) == 2 else f"{len(group) - 1:,}"
    duplicates = f"{'exact' if relation == 'exact' else 'near'} duplicate{'' if len(group) == 2 else 's'}"
    reason = (
        f"{copies} {duplicates}{also}; this copy is kept."
        if is_kept
        else f"{'Exact' if relation == 'exact' else 'Near'} duplicate of row {first_row.row_index}{of}, which is kept."
    )
    evidence = {"group": group, "kept": first_row.sample_no, "relation": relation, "datasets": elsewhere}
    return Flag("duplicate", reason, verdict="keep" if is_kept else "copy", score=1.0, evidence=evidence)
