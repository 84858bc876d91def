"""What the stages that draw maps have in common: from stored vectors to a place and a named cluster per sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow.parquet as parquet

from scoring import mapping, work
from scoring.arrays import Numbers, Vectors
from scoring.json_types import Params
from scoring.stage import Point, StageResult

MapSide = Literal["images", "instructions", "responses"]


def run(folder: Path, file: Path, side: MapSide, params: Params, progress: Callable[[float], None]) -> StageResult:
    """Lays the samples of a work list out by the vectors of their images, instructions or responses.

    A sample lies at the mean of its vectors; its value is its cluster's number (-1: in none), its label
    the cluster's name, from the words of its responses, of its instructions on their own map, of both on that of
    images. A sample without a vector has no value.

    Args:
        folder: The run's folder, with the stored vectors.
        file: The work list.
        side: What the vectors are of.
        params: Those of `mapping.PARAMS`, and `vectors`, the name of the feature.
        progress: Called with shares from 0 to 1.

    Returns:
        Values, labels and points.
    """
    numbers, stored_vectors = work.vectors(folder, str(params["vectors"]))
    members = dict(_members(file, side))
    samples, vectors = _means(members, numbers, stored_vectors)
    layout = mapping.lay_out(vectors, params, progress)
    cluster_of = dict(zip(samples, layout.clusters.tolist(), strict=True))
    names = mapping.name_clusters(
        (cluster_of[number], text) for number, text in _texts(file, side) if number in cluster_of
    )
    return StageResult(
        values={number: float(cluster_of[number]) if number in cluster_of else None for number in members},
        labels={number: names[cluster] for number, cluster in cluster_of.items() if cluster in names},
        points=tuple(
            Point(number, float(point[0]), float(point[1]), cluster_of[number])
            for number, point in zip(samples, layout.coordinates, strict=True)
        ),
    )


def _members(file: Path, side: MapSide) -> Iterator[tuple[int, list[int]]]:
    """Each sample's number with those of its images or turns."""
    column, key = ("images", "image_no") if side == "images" else ("turns", "turn_no")
    with parquet.ParquetFile(file) as opened:
        for batch in opened.iter_batches(batch_size=10_000, columns=["sample_no", column]):
            for row in batch.to_pylist():
                yield row["sample_no"], [entry[key] for entry in row[column] or ()]


def _texts(file: Path, side: MapSide) -> Iterator[tuple[int, str]]:
    """One text per sample: what names its cluster; a picture is told by what is asked and said of it."""
    keys = {"images": ("instruction", "response"), "instructions": ("instruction",), "responses": ("response",)}[side]
    with parquet.ParquetFile(file) as opened:
        for batch in opened.iter_batches(batch_size=10_000, columns=["sample_no", "turns"]):
            for row in batch.to_pylist():
                texts = [turn[key] for turn in row["turns"] or () for key in keys]
                yield row["sample_no"], "\n".join(texts)


def _means(members: Mapping[int, list[int]], numbers: Numbers, vectors: Vectors) -> tuple[list[int], Vectors]:
    """Samples that have vectors, and the mean of each one's."""
    pairs = [(sample, number) for sample, item_numbers in members.items() for number in item_numbers]
    if not pairs or not len(numbers):
        return [], np.empty((0, 2), dtype=np.float32)
    of_sample, of_item = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    indices = np.minimum(np.searchsorted(numbers, of_item), len(numbers) - 1)
    present = numbers[indices] == of_item
    samples, inverse = np.unique(of_sample[present], return_inverse=True)
    sums = np.zeros((len(samples), vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, inverse, vectors[indices[present]])
    return samples.tolist(), np.divide(sums, np.bincount(inverse)[:, None].astype(np.float32))
