"""Samples whose picture or question is in an evaluation set: trained on, they make its scores worth nothing.

Value: how many pictures and questions of the sample are in the sets that were named (`scoring.contamination` says when
one is). Perceptual hashes may differ in `max_bits`: scaled, recompressed and slightly changed copies are found, crops
are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from scoring import contamination
from scoring import work as work_files
from scoring.contamination import EvaluationSet
from scoring.json_types import Params
from scoring.metric import Flag, Stage, Unavailable
from scoring.stage import StageResult

STAGE = Stage(
    name="contamination",
    version="1",
    title="Overlap with evaluation sets",
    principle="structure",
    unit="pictures and questions",
    range=(0.0, None),
    bad_when="high",
    flags=("contaminated",),
    on_demand=True,
    params={"sets": [], "max_bits": 4},
    running={"fingerprints": ""},
)

_SHOWN = 120


def run(work: Path, params: Params, progress: Callable[[float], None]) -> StageResult:
    """Compares all samples with the evaluation sets.

    Args:
        work: The work list.
        params: Those of STAGE; `sets` are the names of files below `fingerprints`.
        progress: Called with shares from 0 to 1.

    Returns:
        How many pictures and questions of each sample are in a set, and a flag for each; None where there is no set.

    Raises:
        Unavailable: The fingerprints of a set are gone.
    """
    known_sets = _load(params)
    images = {image["image_no"]: image for row in _rows(work, progress, 0.0) for image in row["images"] or ()}
    pictures = [_pictures(list(images.values()), evaluation_set, params["max_bits"]) for evaluation_set in known_sets]
    values: dict[int, float | None] = {}
    flags: list[tuple[int, Flag]] = []
    for row in _rows(work, progress, 0.5):
        matches = [
            flag
            for evaluation_set, picture_names in zip(known_sets, pictures, strict=True)
            for flag in _flags(row, evaluation_set, picture_names)
        ]
        values[row["sample_no"]] = float(len(matches)) if known_sets else None
        flags += [(row["sample_no"], flag) for flag in matches]
    return StageResult(values, flags=tuple(flags))


def _load(params: Params) -> list[EvaluationSet]:
    try:
        return [contamination.load(Path(params["fingerprints"]) / f"{name}.npz") for name in params["sets"]]
    except OSError as error:
        raise Unavailable(f"The fingerprints of an evaluation set cannot be read ({error}): add it again.") from error


def _rows(work: Path, progress: Callable[[float], None], done: float) -> Iterable[work_files.SampleRow]:
    """The work list, read in small parts; `done` of the work was done before."""
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(work) as file:
        total, seen = max(file.metadata.num_rows, 1), 0
        for batch in file.iter_batches(batch_size=1024):
            yield from batch.to_pylist()
            seen += batch.num_rows
            progress(done + 0.5 * seen / total)


def _pictures(images: Sequence[work_files.ImageRow], evaluation_set: EvaluationSet, max_bits: int) -> dict[int, str]:
    """The name that each picture has in the set, by the picture's number."""
    hashes = np.array([image["phash"] for image in images], dtype=np.uint64)
    contents = np.array([contamination.content_of(image["content_hash"]) for image in images], dtype=np.uint64)
    nearest = contamination.met_pictures(hashes, contents, evaluation_set, max_bits)
    return {images[index]["image_no"]: evaluation_set.picture_names[other] for index, other in nearest.items()}


def _flags(row: work_files.SampleRow, evaluation_set: EvaluationSet, pictures: Mapping[int, str]) -> Iterator[Flag]:
    names = [pictures[image["image_no"]] for image in row["images"] or () if image["image_no"] in pictures]
    turns = row["turns"] or ()
    for name in dict.fromkeys(names):
        same_question = any(evaluation_set.same_question(turn["instruction"]) for turn in turns)
        also = ", and so is a question" if same_question else ""
        reason = f"The picture is in {evaluation_set.name} ({name}){also}."
        yield Flag("contaminated", reason, evidence={evaluation_set.name: name})
    for turn in turns:
        question = evaluation_set.question_in(turn["instruction"])
        if question is not None:
            excerpt = question if len(question) <= _SHOWN else question[:_SHOWN].rstrip() + "…"
            reason = f"The question is in {evaluation_set.name}: “{excerpt}”"
            yield Flag("contaminated", reason, turn["index"], evidence={evaluation_set.name: question})
