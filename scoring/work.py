"""The plan of a run and the work lists that it names, as the owner writes them and the worker reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypedDict

import numpy as np
import orjson
import polars as pl
import pyarrow.parquet as parquet

from scoring.arrays import Numbers, Vectors
from scoring.item import BoxCount, Evidence, Image, Sample, Turn
from scoring.json_types import JsonObject

PLAN, PAUSE, STOP, SHARDS = "plan.json", "pause", "stop", "shards"


class TurnRow(TypedDict):
    """A turn as a work list holds it."""

    turn_no: int
    index: int
    instruction: str
    response: str


class ImageRow(TypedDict):
    """An image as a work list of samples holds it."""

    image_no: int
    path: str
    width: int
    height: int
    content_hash: str
    phash: int


class BoxCountRow(TypedDict):
    """The boxes of one class and source as a work list of samples holds them."""

    source: str
    category: str
    boxes: int
    crowd: bool


class SampleRow(TypedDict):
    """A row of a work list of samples; None where a sample has no turns, images or annotations.

    `unread` are the references to images that are missing or broken.
    """

    sample_no: int
    dataset_no: int
    dataset: str
    row_index: int
    turns: list[TurnRow] | None
    images: list[ImageRow] | None
    unread: list[str] | None
    objects: list[str] | None
    captions: list[str] | None
    counts: list[BoxCountRow] | None
    phrases: list[str] | None
    texts: list[str] | None
    looked_for: bool


@dataclass(frozen=True)
class PlannedColumn:
    """A metric or stage to compute: its score version (with parameters in it) and its parameters."""

    name: str
    version: str
    params: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class WorkList:
    """One work list (`kind` 'samples' or 'images', of `count` items) and what to compute on it.

    `features` of the metrics are computed here and stored; `inputs` were stored before.
    """

    file: str
    kind: str
    count: int
    metrics: tuple[PlannedColumn, ...] = ()
    features: tuple[PlannedColumn, ...] = ()
    stage: PlannedColumn | None = None
    inputs: tuple[str, ...] = ()

    @property
    def columns(self) -> int:
        """How many values each item gets."""
        return len(self.metrics) + len(self.features) + (self.stage is not None)


@dataclass(frozen=True)
class ScoringPlan:
    """All that one run has to do. `vocabularies` maps a dataset number to its annotators' classes."""

    run_no: int
    parts: tuple[WorkList, ...]
    vocabularies: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Items times metrics: the unit in which progress is counted."""
        return sum(part.count * part.columns for part in self.parts)


def write_plan(folder: Path, plan: ScoringPlan) -> None:
    """Leaves the plan where the worker looks for it.

    Args:
        folder: The run's folder.
        plan: The plan.
    """
    (folder / PLAN).write_bytes(orjson.dumps(asdict(plan), option=orjson.OPT_NON_STR_KEYS))


def read_plan(folder: Path) -> ScoringPlan:
    """The plan that the owner left."""
    raw = orjson.loads((folder / PLAN).read_bytes())
    parts = tuple(
        WorkList(
            part["file"],
            part["kind"],
            part["count"],
            tuple(PlannedColumn(**column) for column in part["metrics"]),
            tuple(PlannedColumn(**column) for column in part["features"]),
            PlannedColumn(**part["stage"]) if part["stage"] else None,
            tuple(part["inputs"]),
        )
        for part in raw["parts"]
    )
    vocabularies = {int(number): tuple(names) for number, names in raw["vocabularies"].items()}
    return ScoringPlan(raw["run_no"], parts, vocabularies)


def batches(path: Path, kind: str, size: int, plan: ScoringPlan) -> Iterator[list[Sample] | list[Image]]:
    """Reads the items of a work list bit by bit, without loading the whole list.

    Args:
        path: The work list.
        kind: "samples" or "images".
        size: Items at a time.
        plan: For the vocabularies of the datasets.

    Yields:
        Lists of at most `size` items.
    """
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=size):
            rows = batch.to_pylist()
            if kind == "images":
                yield [Image(**row) for row in rows]
            else:
                yield [_sample(row, plan.vocabularies) for row in rows]


def input_file(name: str) -> str:
    """Where in a run's folder the values of a stored feature lie: subject_no with vector, or with value (JSON)."""
    return f"feature-{name}.parquet"


def vectors(folder: Path, name: str) -> tuple[Numbers, Vectors]:
    """Reads the vectors of a stored feature.

    Args:
        folder: The run's folder.
        name: The feature.

    Returns:
        Subject numbers (N,), ascending, and their vectors (N, D).
    """
    table = pl.read_parquet(folder / input_file(name)).sort("subject_no")
    if table.is_empty():
        return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32)
    width = table["vector"].list.len()[0]
    return table["subject_no"].to_numpy(), table["vector"].list.to_array(width).to_numpy()


def unit_vectors(folder: Path, name: str, widest: int) -> tuple[Numbers, Vectors]:
    """Reads the vectors of a stored feature bit by bit, made short, in a memory that their width does not decide.

    Args:
        folder: The run's folder.
        name: The feature.
        widest: Numbers of a vector at most; longer ones are projected at random (Johnson and Lindenstrauss, 1984).

    Returns:
        Subject numbers (N,) and their vectors (N, D), of length 1 or 0.
    """
    numbers: list[Numbers] = []
    parts: list[Vectors] = []
    with parquet.ParquetFile(folder / input_file(name)) as file:
        for batch in file.iter_batches(batch_size=2048):
            numbers.append(batch.column("subject_no").to_numpy())
            width = len(batch.column("vector")[0])
            wide = batch.column("vector").flatten().to_numpy().reshape(batch.num_rows, width).astype(np.float32)
            if width > widest:
                wide = wide @ np.random.default_rng(0).standard_normal((width, widest), dtype=np.float32)
            parts.append(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-9))
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32)
    return np.concatenate(numbers), np.concatenate(parts)


def _sample(row: SampleRow, vocabularies: Mapping[int, tuple[str, ...]]) -> Sample:
    evidence = None
    if row["objects"] is not None or row["captions"] is not None:
        evidence = Evidence(
            objects=tuple(row["objects"] or ()),
            captions=tuple(row["captions"] or ()),
            vocabulary=vocabularies.get(row["dataset_no"], ()) if row["looked_for"] else (),
            counts=tuple(BoxCount(**counted) for counted in row.get("counts") or ()),
            phrases=tuple(row.get("phrases") or ()),
            texts=tuple(row.get("texts") or ()),
        )
    images = row["images"] or ()
    return Sample(
        sample_no=row["sample_no"],
        turns=tuple(Turn(**turn) for turn in row["turns"] or ()),
        images=tuple(Image(i["image_no"], i["path"], i["width"], i["height"]) for i in images),
        evidence=evidence,
    )
