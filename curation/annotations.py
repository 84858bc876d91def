"""Reads what annotators said about images and attaches it to a dataset as evidence.

Known shapes: the simple `{"images": [{"file_name", "instances", "captions"}]}`, COCO captions and
instances (https://cocodataset.org/#format-data), and LLaVA's captions-and-boxes JSON Lines.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from curation.resolver import PREFIXES
from curation.workspace import Workspace
from storage import datasets, samples


class AnnotationsError(Exception):
    """The annotation file cannot be used; the message says why."""


@dataclass
class AnnotatedImage:
    """What is known of one picture; boxes are {"category", "bbox": [x, y, w, h]} in pixels or 0-1."""

    file_name: str
    objects: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Annotations:
    """All pictures of one file, and every class its annotators looked for."""

    source: str
    images: list[AnnotatedImage]
    vocabulary: list[str]


def load(path: Path) -> Annotations:
    """Reads an annotation file. Raises AnnotationsError when its shape is not known."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AnnotationsError(f"Cannot read the annotations {path}: {error.strerror}.") from error
    try:
        parsed: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        parsed = _lines(path, data)
    images, vocabulary = _images(parsed, path)
    named = {name for image in images for name in image.objects}
    return Annotations(path.name, images, sorted(named | set(vocabulary)))


def attach(workspace: Workspace, dataset_no: int, annotations: Annotations) -> int:
    """Stores the annotations of the pictures that the dataset uses; returns how many pictures matched.

    The same file attached twice replaces itself. Scores that use evidence are computed again by the next run.
    """
    numbers = {
        _plain(os.path.basename(name)): no for name, no in samples.images_of_dataset(workspace.store, dataset_no)
    }
    matched = [(numbers[key], image) for image in annotations.images if (key := _plain(image.file_name)) in numbers]
    source = annotations.source
    with workspace.store.transaction("samples") as cursor:
        samples.forget_annotations(cursor, dataset_no, source)
        samples.append(
            cursor,
            "annotation",
            [
                (
                    dataset_no,
                    number,
                    source,
                    image.objects,
                    image.captions,
                    orjson.dumps(image.boxes).decode(),
                )
                for number, image in matched
            ],
        )
        samples.append(cursor, "vocabulary", [(dataset_no, source, name) for name in annotations.vocabulary])
        datasets.mark_new_evidence(cursor, dataset_no)
    return len(matched)


def _lines(path: Path, data: bytes) -> list[Any]:
    try:
        return [orjson.loads(line) for line in data.splitlines() if line.strip()]
    except orjson.JSONDecodeError as error:
        raise AnnotationsError(f"{path.name} is neither JSON nor JSON Lines: {error}.") from error


def _images(parsed: Any, path: Path) -> tuple[list[AnnotatedImage], list[str]]:
    if isinstance(parsed, list):
        return [_one(row) for row in parsed if isinstance(row, dict) and _name(row)], []
    if isinstance(parsed, dict) and isinstance(parsed.get("annotations"), list):
        return _coco(parsed)
    if isinstance(parsed, dict) and isinstance(parsed.get("images"), list):
        rows = [row for row in parsed["images"] if isinstance(row, dict) and _name(row)]
        return [_one(row) for row in rows], _texts(parsed.get("vocabulary", []))
    raise AnnotationsError(f"{path.name} has no list of images or annotations that Winnow knows how to read.")


def _one(row: dict[str, Any]) -> AnnotatedImage:
    """A row of the simple shape or of LLaVA's: instances are names, or objects with category and bbox."""
    image = AnnotatedImage(_name(row), captions=_texts(row.get("captions", [])))
    names = []
    for instance in [*row.get("instances", []), *row.get("boxes", [])]:
        name = instance.get("category") if isinstance(instance, dict) else instance
        if isinstance(name, str):
            names.append(name)
        if isinstance(instance, dict) and "bbox" in instance:
            image.boxes.append({"category": name, "bbox": instance["bbox"]})
    image.objects = list(dict.fromkeys(names))
    return image


def _coco(parsed: dict[str, Any]) -> tuple[list[AnnotatedImage], list[str]]:
    categories = {row["id"]: row["name"] for row in parsed.get("categories", [])}
    images = {row["id"]: AnnotatedImage(row["file_name"]) for row in parsed.get("images", [])}
    for row in parsed["annotations"]:
        image = images.get(row.get("image_id"))
        if image is None:
            continue
        if "caption" in row:
            image.captions.append(row["caption"])
        elif row.get("category_id") in categories:
            name = categories[row["category_id"]]
            image.boxes.append({"category": name, "bbox": row.get("bbox", [])})
            if name not in image.objects:
                image.objects.append(name)
    return list(images.values()), list(categories.values())


def _name(row: dict[str, Any]) -> str:
    return str(row.get("file_name") or row.get("image") or "")


def _texts(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _plain(name: str) -> str:
    """The name without folder, COCO prefix and extension: what stays the same between releases."""
    base = os.path.splitext(os.path.basename(name))[0]
    return next((base.removeprefix(prefix) for prefix in PREFIXES if base.startswith(prefix)), base)
