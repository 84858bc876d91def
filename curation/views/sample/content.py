"""What of a sample no decision changes, as every page that shows samples has it: its row, pictures and texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import polars as pl

from curation.images.coordinates import Convention, Geometry, shares
from curation.views.sample import box_reading, marks
from curation.views.sample.box_reading import BoxReading
from curation.views.sample.marks import Mark
from storage import looks
from storage.rows import StoredRow
from storage.store import Store

_WHY = {
    "missing": "No file stands behind this reference.",
    "broken": "The file cannot be decoded.",
    "too_large": "The picture is too large to decode.",
    "outside_root": "The path leaves the image folder and was not opened.",
    "linked_outside": "A link that leads out of the image folder; it was not opened.",
    "ambiguous": "Several different files fit this reference, so none was taken.",
    "remote": "A web address; it was not fetched.",
    "not_fetched": "A web address; it could not be fetched.",
}


@dataclass(frozen=True)
class ObjectBox:
    """An annotated object; all four numbers are shares of the picture's width and height."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class SampleImage:
    """An image reference of a sample; `image_no` is None when no file stands behind it."""

    image_no: int | None
    ref: str
    outcome: str
    width: int | None
    height: int | None
    boxes: tuple[ObjectBox, ...]
    objects: tuple[str, ...]
    captions: tuple[str, ...]
    found_by: str = ""


@dataclass(frozen=True)
class MarkedSpan:
    """Flagged characters of a response. `tone` is unsupported, unsure, flagged, supported, confirmed or dismissed."""

    start: int
    end: int
    tone: str
    reason: str
    flag_id: str


@dataclass(frozen=True)
class TurnView:
    """One instruction and response with the flagged spans of the response; turns before it mark so many images."""

    instruction: str
    response: str
    spans: tuple[MarkedSpan, ...]
    images_before: int = 0


@dataclass(frozen=True)
class SampleContent:
    """A sample without anything that people or metrics say of it; its turns have no spans."""

    sample_no: int
    key: str
    dataset: str
    format: str
    row: int
    source_id: str
    raw: str
    pictures: tuple[SampleImage, ...]
    turns: tuple[TurnView, ...]
    marks: tuple[Mark, ...]
    dataset_no: int
    boxes_read: BoxReading


def why(outcome: str, otherwise: str = "It cannot be shown.") -> str:
    """Says why a picture cannot be shown.

    Args:
        outcome: Of its image reference.
        otherwise: What is said of any other outcome.
    """
    return _WHY.get(outcome, otherwise)


def read(store: Store, sample_nos: Sequence[int]) -> dict[int, SampleContent]:
    """Reads samples, in a few queries for all of them.

    Args:
        store: The workspace's store.
        sample_nos: Their numbers.

    Returns:
        The samples by number; one that is gone is missing.
    """
    rows = looks.parts(store, sample_nos)
    images, turns = by_sample(rows.images), by_sample(rows.turns)
    annotations = rows.annotations.to_dicts()
    readings = {no: box_reading.of(store, no) for no in rows.samples["dataset_no"].unique()}
    return {
        row["sample_no"]: _content(
            row, images[row["sample_no"]], turns[row["sample_no"]], annotations, readings[row["dataset_no"]]
        )
        for row in rows.samples.to_dicts()
    }


def _content(
    row: StoredRow, images: Sequence[StoredRow], turns: Sequence[StoredRow], annotations: Sequence[StoredRow],
    boxes_read: BoxReading,
) -> SampleContent:  # fmt: skip
    geometries = [box_reading.geometry(image) for image in images]
    frame = boxes_read.reading.convention.frame
    pictures = tuple(_picture(image, annotations, on, frame) for image, on in zip(images, geometries, strict=True))
    texts = [(turn["instruction"], turn["response"]) for turn in turns]
    return SampleContent(
        sample_no=row["sample_no"],
        key=row["key"],
        dataset=row["dataset"],
        format=row["format"],
        row=row["row_index"],
        source_id=row["source_id"] or "",
        raw=row["raw"],
        pictures=pictures,
        turns=tuple(TurnView(*text, (), before) for text, before in zip(texts, _images_before(texts), strict=True)),
        marks=marks.of(
            row["format"], row["raw"], [text for turn in texts for text in turn], geometries, boxes_read.reading
        ),
        dataset_no=row["dataset_no"],
        boxes_read=boxes_read,
    )


def _images_before(turns: Sequence[tuple[str, str]]) -> list[int]:
    """How many images the turns before each of these (instruction, response) mark."""
    counts = [marks.images_in(instruction) + marks.images_in(answered) for instruction, answered in turns]
    return [sum(counts[:turn_index]) for turn_index in range(len(counts))]


def _picture(row: StoredRow, annotations: Sequence[StoredRow], on: Geometry | None, frame: str) -> SampleImage:
    """Joins an image row of a sample with the annotations of the image."""
    of_image = [
        annotation
        for annotation in annotations
        if row["image_no"] is not None and annotation["image_no"] == row["image_no"]
    ]
    return SampleImage(
        image_no=row["image_no"] if row["outcome"] == "ok" else None,
        ref=row["ref"],
        outcome=row["outcome"],
        width=on.width if on else None,
        height=on.height if on else None,
        boxes=tuple(box for annotation in of_image for box in boxes(annotation["boxes"], on, frame)),
        objects=tuple(dict.fromkeys(name for annotation in of_image for name in annotation["objects"])),
        captions=tuple(dict.fromkeys(text for annotation in of_image for text in annotation["captions"])),
        found_by=row["found_by"],
    )


def boxes(text: str, on: Geometry | None, frame: str = "upright") -> list[ObjectBox]:
    """Reads annotated boxes as shares of a picture.

    Args:
        text: JSON list of boxes, [x, y, w, h] in pixels or LLaVA's corners between 0 and 1.
        on: The picture; None when its size is unknown.
        frame: A key of `coordinates.FRAMES`: what pixels refer to.
    Returns:
        Boxes in their order; what has no four numbers, or pixels without a size, is left out.
    """
    annotated_boxes = []
    for entry in orjson.loads(text or "[]"):
        numbers = entry.get("bbox") or []
        if len(numbers) != 4 or not all(isinstance(number, int | float) for number in numbers):
            continue
        if max(numbers) <= 1.0:
            left, top, right, bottom = numbers
        elif on:
            x, y, w, h = numbers
            left, top, right, bottom = shares((x, y, x + w, y + h), Convention("pixels", frame), on)
        else:
            continue
        left, right = min(left, right), max(left, right)
        top, bottom = min(top, bottom), max(top, bottom)
        annotated_boxes.append(ObjectBox(str(entry.get("category") or ""), left, top, right - left, bottom - top))
    return annotated_boxes


def by_sample(frame: pl.DataFrame) -> dict[int, list[StoredRow]]:
    groups: dict[int, list[StoredRow]] = defaultdict(list)
    for row in frame.to_dicts():
        groups[row["sample_no"]].append(row)
    return groups
