"""Keeps annotations with the images of a dataset, and gives them back as they were."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from curation.annotations import registry
from curation.annotations.loading import load_each
from curation.annotations.model import AnnotatedImage, Annotations, AnnotationsError, Box, Corners, Question, Text
from curation.archives.image_index import PREFIXES
from curation.workspace import Workspace
from scoring.json_types import JsonObject
from storage import datasets, evidence, image_files
from storage.rows import StoredRow


@dataclass(frozen=True)
class AddedAnnotations:
    """What came of one source: its name and kind, how many of its pictures the dataset has, what was left out."""

    source: str
    format: str
    images: int
    matched: int
    note: str


def add(
    workspace: Workspace, dataset: str, paths: Iterable[Path], format_name: str | None = None
) -> list[AddedAnnotations]:
    """Reads annotation files and attaches them to a dataset.

    A source that is there already replaces itself. The next run scores again what uses evidence.

    Args:
        workspace: Open workspace.
        dataset: Name of the dataset.
        paths: Files and folders of annotations.
        format_name: Source that reads them; None to recognise it.

    Returns:
        What came of each source, in the order of the sources' names.

    Raises:
        AnnotationsError: No such dataset, or files that cannot be read; before anything is stored.
    """
    row = datasets.by_name(workspace.store, dataset)
    if row is None:
        dataset_names = ", ".join(datasets.listing(workspace.store)["name"].to_list()) or "none"
        raise AnnotationsError(f"There is no dataset {dataset!r}; the workspace has: {dataset_names}.")
    return [
        AddedAnnotations(
            annotations.source,
            annotations.format,
            len(annotations.images),
            attach(workspace, row["dataset_no"], annotations),
            annotations.note,
        )
        for annotations in load_each(paths, format_name)
    ]


def attach(workspace: Workspace, dataset_no: int, annotations: Annotations) -> int:
    """Stores the annotations of the pictures that the dataset uses.

    The same file attached twice replaces itself. Scores that use evidence are computed again by the next run.

    Args:
        workspace: Open workspace.
        dataset_no: Number of the dataset.
        annotations: Annotations of one source; pictures are matched by `plain_name`.

    Returns:
        Number of pictures of the dataset that matched.
    """
    numbers: dict[str, set[int]] = defaultdict(set)
    for name, number in image_files.images_of_dataset(workspace.store, dataset_no):
        numbers[plain_name(name)].add(number)
    kind = registry.kinds().get(annotations.format)
    uncounted = kind is None or not kind.counted
    rows = [
        (dataset_no, number, annotations.source, *_stored(image, uncounted), annotations.format)
        for image in annotations.images
        for number in sorted(numbers.get(plain_name(image.file_name), ()))
    ]
    with workspace.store.transaction("samples") as cursor:
        evidence.forget_annotations(cursor, dataset_no, annotations.source)
        evidence.append(cursor, "annotation", rows)
        looked_for = [(dataset_no, annotations.source, name) for name in annotations.vocabulary]
        evidence.append(cursor, "vocabulary", looked_for)
        datasets.mark_new_evidence(cursor, dataset_no)
    return len({number for _, number, *_ in rows})


def of_dataset(workspace: Workspace, dataset_no: int) -> list[Annotations]:
    """Loads everything that was attached to a dataset.

    Args:
        workspace: Open workspace.
        dataset_no: Number of the dataset.

    Returns:
        Annotations by source and kind; pictures are named by the path of their file.
    """
    vocabulary: dict[str, list[str]] = defaultdict(list)
    for source, name in evidence.vocabulary(workspace.store, dataset_no):
        vocabulary[source].append(name)
    images: dict[tuple[str, str], list[AnnotatedImage]] = defaultdict(list)
    for row in evidence.annotations_of(workspace.store, dataset_no):
        images[row["source"], row["format"] or ""].append(_restored(row))
    return [
        Annotations(source, annotated, vocabulary[source], kind) for (source, kind), annotated in sorted(images.items())
    ]


def plain_name(name: str) -> str:
    """The name without folder, COCO prefix and extension: what stays the same between releases."""
    base = os.path.splitext(os.path.basename(name))[0]
    return next((base.removeprefix(prefix) for prefix in PREFIXES if base.startswith(prefix)), base)


def _stored(image: AnnotatedImage, uncounted: bool) -> tuple[object, ...]:
    """The columns of a picture; boxes of a source that may leave objects out say so, as they cannot be counted."""
    questions = [_short(asdict(question)) for question in image.questions]
    texts = [_short(asdict(text)) for text in image.texts]
    boxes = [_short({**asdict(box), "bbox": _as_stored(box.bbox), "uncounted": uncounted}) for box in image.boxes]
    return list(image.objects), list(image.captions), _json(boxes), _json(questions), _json(texts)


def _restored(row: StoredRow) -> AnnotatedImage:
    return AnnotatedImage(
        row["path"],
        tuple(row["objects"]),
        tuple(row["captions"]),
        tuple(_box(entry) for entry in orjson.loads(row["boxes"]) if len(entry.get("bbox") or ()) == 4),
        tuple(
            Question(**{**entry, "choices": tuple(entry.get("choices", ()))})
            for entry in orjson.loads(row["questions"] or "[]")
        ),
        tuple(
            Text(entry["text"], tuple(entry["bbox"]) if entry.get("bbox") else None)
            for entry in orjson.loads(row["texts"] or "[]")
        ),
    )


def _box(entry: JsonObject) -> Box:
    return Box(
        str(entry.get("category") or ""),
        _as_read(tuple(entry["bbox"])),
        entry.get("supercategory", ""),
        tuple(entry.get("attributes", ())),
        entry.get("crowd", False),
    )


def _as_stored(bbox: Corners) -> Corners:
    """Boxes in shares are stored as corners, (x1, y1, x2, y2), as LLaVA writes them; pixels as (x, y, w, h)."""
    x, y, w, h = bbox
    return (x, y, x + w, y + h) if max(bbox) <= 1.0 and max(x + w, y + h) <= 1.0 else bbox


def _as_read(bbox: Corners) -> Corners:
    left, top, right, bottom = bbox
    return (left, top, right - left, bottom - top) if max(bbox) <= 1.0 else bbox


def _short(entry: JsonObject) -> JsonObject:
    """Without what is empty."""
    return {key: value for key, value in entry.items() if value not in ("", (), None, False)}


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
