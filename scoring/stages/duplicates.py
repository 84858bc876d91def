"""Samples that say the same about the same images, exactly or nearly; another question is no duplicate.

Two samples are exact duplicates when their images (by content), instructions and responses (letter case, punctuation
and spaces aside) are equal. They are near duplicates when, turn by turn, they say the same in other words
(`scoring.text.rewording`: another number, colour, denial, side, object or name makes another sample) and each image is
that of the other sample or an altered copy of it: saved anew, cropped, bordered, turned by a few degrees, written over,
and mirrored where `mirrored` is on (`scoring.image.copies`, which compares all pixels). Pictures are compared where the
texts agree and their perceptual hashes (https://www.phash.org) are at most `max_bits` apart, or one is among the
`nearest` of the other by the vectors named by `vectors`, with at least `cosine`. A picture that cannot be read any more
is told by hashes alone. What a model thought before it answers is no part of a response. Pictures that are missing or
broken are told apart by the references to them, and samples with such are never near duplicates. The first row of a
group is kept, the others are marked, never removed.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring import similar
from scoring import work as work_files
from scoring.arrays import Numbers
from scoring.image import picture_net
from scoring.item import without_thought
from scoring.json_types import Params
from scoring.metric import Flag, Stage
from scoring.stage import Member, StageResult
from scoring.text import rewording

STAGE = Stage(
    name="duplicates",
    version="5",
    title="Copies of this sample",
    principle="structure",
    unit="other samples in its group",
    range=(0.0, None),
    bad_when="high",
    suggested=(None, None),
    flags=("duplicate",),
    params={
        "similarity": 0.85, "max_bits": 8, "vectors": "image_content", "cosine": 0.85, "nearest": 20, "mirrored": False,
    },
    machine_params=lambda: {} if picture_net.available() else {"vectors": "image_descriptor", "cosine": 0.93},
)  # fmt: skip

_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD = re.compile(r"[^\W_]+")
_LARGEST_BLOCK = 400
"""Samples of one picture, or of none, that are all compared with each other."""
_WIDEST = 256
"""Numbers of a vector by which candidates are found."""
_LONG = 8
"""Concepts of an answer that hardly two questions share."""
_REFUTED = 5
"""Pairs of two sets of copies that are compared in vain before the sets are taken for those of two pictures."""
_SAME_HASH = 4
"""Bits that hashes of one picture may differ in, where the pictures cannot be read."""
ALIKE = {
    "copy": "saved anew", "crop": "cropped", "border": "with a border", "rotation": "turned",
    "overlay": "written over", "mirrored": "mirrored", "hash": "alike by its hash",
}  # fmt: skip
"""How a picture is a copy of another, in words."""
REWORDED = "reworded"


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
    paths: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    instruction: tuple[str, ...]
    response: tuple[str, ...]


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
    pictures = _PicturePairs(entries, bool(params["mirrored"]))
    candidates = _candidate_pictures(work.parent, pictures, params)
    progress(0.7)
    kinds: dict[int, frozenset[str]] = {}
    visible = [entry for entry in entries if not entry.unread and entry.response]
    for entry, other in _candidates(visible, candidates, params["similarity"], progress):
        if groups.root(entry.sample_no) == groups.root(other.sample_no):
            continue
        alike = _alike(entry, other, pictures, params["similarity"])
        if alike is not None:
            groups.join(entry.sample_no, other.sample_no)
            for sample_no in (entry.sample_no, other.sample_no):
                kinds[sample_no] = kinds.get(sample_no, frozenset()) | alike
    return _result(entries, groups, exact, kinds)


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
        tuple(image.get("path") or "" for image in images),
        tuple((turn["instruction"], without_thought(turn["response"])) for turn in turns),
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


class _PicturePairs:
    """The pictures of all samples by number, and what was found out about pairs of them."""

    def __init__(self, entries: Iterable[_ComparedSample], mirrored: bool) -> None:
        self.hashes: dict[int, int] = {}
        self._paths: dict[int, str] = {}
        self._mirrored = mirrored
        self._relations: dict[tuple[int, int], str | None] = {}
        self._refuted: Counter[tuple[int, int]] = Counter()
        for entry in entries:
            self.hashes.update(zip(entry.images, entry.hashes, strict=True))
            self._paths.update(zip(entry.images, entry.paths, strict=True))
        self._copies = similar.Groups(self.hashes)

    def relation(self, left: int, right: int) -> str | None:
        """How one picture is an altered copy of the other, "" for the same one, None for two."""
        if left == right:
            return ""
        pair = (min(left, right), max(left, right))
        if pair in self._relations:
            return self._relations[pair]
        first, second = sorted(self._copies.root(number) for number in pair)
        if self._refuted[first, second] >= _REFUTED:
            return None
        relation = self._relations[pair] = self._compared(*pair)
        if relation is None:
            self._refuted[first, second] += 1
        else:
            self._copies.join(*pair)
        return relation

    def _compared(self, left: int, right: int) -> str | None:
        from scoring.image import copies

        try:
            sketches = [copies.read(self._paths[number]) for number in (left, right)]
        except OSError:
            apart = (self.hashes[left] ^ self.hashes[right]).bit_count()
            return "hash" if apart <= _SAME_HASH else None
        return copies.relation(sketches[0], sketches[1], self._mirrored)


def _candidate_pictures(folder: Path, pictures: _PicturePairs, params: Params) -> dict[int, set[int]]:
    """For every picture, those that may be copies of it, by perceptual hash and by vectors."""
    numbers = np.array(sorted(pictures.hashes), dtype=np.int64)
    candidates: dict[int, set[int]] = defaultdict(set)

    def add(of_pictures: Numbers, pairs: Iterable[similar.Pair]) -> None:
        for left, right in pairs:
            first, second = int(of_pictures[left]), int(of_pictures[right])
            candidates[first].add(second)
            candidates[second].add(first)

    hashes = np.array([pictures.hashes[number] for number in numbers.tolist()], dtype=np.uint64)
    add(numbers, similar.hash_pairs(hashes, params["max_bits"]))
    if params["vectors"]:
        with_vectors, vectors = work_files.unit_vectors(folder, params["vectors"], _WIDEST)
        add(with_vectors, similar.nearest_pairs(vectors, params["cosine"], int(params["nearest"])))
    return candidates


def _candidates(
    entries: list[_ComparedSample], alike: Mapping[int, set[int]], similarity: float, progress: Callable[[float], None]
) -> Iterator[tuple[_ComparedSample, _ComparedSample]]:
    """Pairs of samples whose pictures, one by one, are the same or may be copies."""
    blocks: dict[tuple[int, ...], list[_ComparedSample]] = defaultdict(list)
    for entry in entries:
        blocks[entry.images].append(entry)
    by_first: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for images in blocks:
        if images:
            by_first[images[0]].append(images)
    for index, (images, block) in enumerate(blocks.items()):
        if index % 200 == 0:
            progress(0.7 + 0.3 * index / len(blocks))
        yield from _within(block, similarity)
        firsts = sorted({images[0], *alike.get(images[0], ())}) if images else ()
        for others in (others for first in firsts for others in by_first[first] if others > images):
            if len(others) == len(images) and all(
                left == right or right in alike.get(left, ()) for left, right in zip(images, others, strict=True)
            ):
                yield from _between(block, blocks[others])


def _within(block: list[_ComparedSample], similarity: float) -> Iterator[tuple[_ComparedSample, _ComparedSample]]:
    """All pairs of a small block; in a large one, such as all samples without images, those that MinHash finds."""
    if len(block) <= _LARGEST_BLOCK:
        yield from itertools.combinations(block, 2)
        return
    texts = [entry.instruction + entry.response for entry in block]
    for left, right in similar.text_pairs(texts, 0.7 * similarity):  # runs of words overlap less than words do
        yield block[left], block[right]


def _between(
    block: list[_ComparedSample], other: list[_ComparedSample]
) -> Iterator[tuple[_ComparedSample, _ComparedSample]]:
    """All pairs of two small blocks; of large ones those with the same words."""
    if len(block) * len(other) <= _LARGEST_BLOCK**2:
        yield from itertools.product(block, other)
        return
    by_words: dict[frozenset[str], list[_ComparedSample]] = defaultdict(list)
    for entry in other:
        by_words[frozenset(entry.response)].append(entry)
    for entry in block:
        for same in by_words.get(frozenset(entry.response), ()):
            yield entry, same


def _alike(
    entry: _ComparedSample, other: _ComparedSample, pictures: _PicturePairs, similarity: float
) -> frozenset[str] | None:
    """In which ways one sample is a copy of the other, in words; None for two samples. Texts are looked at first."""
    same_words = (entry.instruction, entry.response) == (other.instruction, other.response)
    if not same_words and not _same_texts(entry, other, similarity):
        return None
    kinds = frozenset[str]() if same_words else frozenset([REWORDED])
    for left, right in zip(entry.images, other.images, strict=True):
        relation = pictures.relation(left, right)
        if relation is None:
            return None
        kinds |= frozenset([ALIKE[relation]] if relation else [])
    return kinds


def _same_texts(entry: _ComparedSample, other: _ComparedSample, similarity: float) -> bool:
    return len(entry.texts) == len(other.texts) and all(
        _same_turn(turn, other_turn, similarity) for turn, other_turn in zip(entry.texts, other.texts, strict=True)
    )


def _same_turn(turn: tuple[str, str], other: tuple[str, str], similarity: float) -> bool:
    if not rewording.same_answer(turn[1], other[1], similarity):
        return False
    concepts, others = rewording.read(turn[1]).concepts, rewording.read(other[1]).concepts
    return rewording.same_question(turn[0], other[0], sure=concepts == others and len(concepts) >= _LONG)


def _result(
    entries: list[_ComparedSample], groups: similar.Groups, exact: set[int], kinds: Mapping[int, frozenset[str]]
) -> StageResult:
    by_no = {entry.sample_no: entry for entry in entries}
    values: dict[int, float | None] = dict.fromkeys(by_no, 0.0)
    flags: list[tuple[int, Flag]] = []
    members: list[Member] = []
    large = [sorted(group) for group in groups.sets().values() if len(group) > 1]
    for number, group in enumerate(large):
        first_row = by_no[group[0]]
        for sample_no in group:
            values[sample_no] = float(len(group) - 1)
            relation = _relation(sample_no, exact, kinds)
            members.append(Member(number, sample_no, sample_no == first_row.sample_no, relation))
            elsewhere = sorted({by_no[other].dataset for other in group} - {by_no[sample_no].dataset})
            flags.append((sample_no, _flag(by_no[sample_no], first_row, group, relation, elsewhere)))
    return StageResult(values, flags=tuple(flags), members=tuple(members))


def _relation(sample_no: int, exact: set[int], kinds: Mapping[int, frozenset[str]]) -> str:
    """ "exact", or in which ways it is a near duplicate of others: "cropped, reworded"."""
    ways = ", ".join(sorted(kinds.get(sample_no, ())))
    return "exact" if sample_no in exact else ways or "near"


def _flag(
    entry: _ComparedSample, first_row: _ComparedSample, group: list[int], relation: str, elsewhere: list[str]
) -> Flag:
    """`elsewhere` are the other datasets that have a member."""
    is_kept = entry.sample_no == first_row.sample_no
    also = f", also in {', '.join(elsewhere)}" if elsewhere else ""
    of = f" of {first_row.dataset}" if first_row.dataset != entry.dataset else ""
    copies = "One" if len(group) == 2 else f"{len(group) - 1:,}"
    duplicates = f"{'exact' if relation == 'exact' else 'near'} duplicate{'' if len(group) == 2 else 's'}"
    ways = "" if relation in ("exact", "near") else f" ({relation})"
    kept_row = f"row {first_row.row_index}{of}, which is kept"
    reason = (
        f"{copies} {duplicates}{also}; this copy is kept."
        if is_kept
        else f"{'Exact' if relation == 'exact' else 'Near'} duplicate{ways} of {kept_row}."
    )
    evidence = {"group": group, "kept": first_row.sample_no, "relation": relation, "datasets": elsewhere}
    return Flag("duplicate", reason, verdict="keep" if is_kept else "copy", score=1.0, evidence=evidence)
