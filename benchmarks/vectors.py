"""How much the vectors of pictures and texts know, on annotated photos.

`python -m benchmarks vectors --folder FOLDER`; it holds `images/` and `annotations.json` with, per image, file_name,
instances and captions. Counted are the five nearest pictures that share an object class (people apart), and the
captions whose nearest caption is one of the same picture.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks import Row
from scoring.features import image_content, image_descriptor, response_meaning, response_words
from scoring.item import Image, Sample, Turn, TurnItem

BY_NAME_ONLY = True
NEAREST = 5


def run(options: Sequence[str] = ()) -> Iterator[Row]:
    """Measures both kinds of vectors of pictures and of texts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks vectors")
    parser.add_argument("--folder", type=Path, required=True, help="annotated photos")
    folder = parser.parse_args(options).folder
    entries = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))["images"]
    entries = [entry for entry in entries if entry["instances"] and (folder / "images" / entry["file_name"]).is_file()]
    classes = [{*entry["instances"]} - {"person"} for entry in entries]
    images = [Image(number, str(folder / "images" / entry["file_name"]), 0, 0) for number, entry in enumerate(entries)]
    by_chance = np.random.default_rng(0).integers(0, len(entries), (len(entries), NEAREST))
    yield "neighbours that share a class, by chance", f"{_share_a_class(classes, by_chance):.1%}", ""
    for of_images in (image_descriptor, image_content):
        vectors, each = _measured(lambda feature=of_images: feature.compute(images, feature.load({})))  # type: ignore[misc]
        yield of_images.FEATURE.title, f"{_share_a_class(classes, _nearest(vectors, NEAREST)):.1%}", each
    captions = [(number, text) for number, entry in enumerate(entries) for text in entry["captions"]]
    turns = [Turn(0, 0, "", text) for _, text in captions]
    items = [TurnItem(Sample(0, (turn,), ()), turn) for turn in turns]
    picture = np.array([number for number, _ in captions])
    for of_texts in (response_words, response_meaning):
        vectors, each = _measured(lambda feature=of_texts: feature.compute(items, feature.load({})))  # type: ignore[misc]
        yield of_texts.FEATURE.title, f"{np.mean(picture[_nearest(vectors, 1)[:, 0]] == picture):.1%}", each


def _measured(compute: Callable[[], Sequence[np.ndarray]]) -> tuple[np.ndarray, str]:
    started = time.perf_counter()
    vectors = np.array(compute())
    return vectors, f"{1000 * (time.perf_counter() - started) / len(vectors):.2f} ms each"


def _nearest(vectors: np.ndarray, count: int) -> np.ndarray:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2)
    return np.argsort(-cosines, axis=1)[:, :count]


def _share_a_class(classes: list[set[str]], neighbours: np.ndarray) -> float:
    return float(np.mean([[bool(classes[i] & classes[j]) for j in row] for i, row in enumerate(neighbours)]))
