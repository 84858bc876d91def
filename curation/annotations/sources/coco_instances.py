"""COCO instances: boxes with a category, every object of 80 categories: `instances_train2017.json`.

https://cocodataset.org/#format-data, "Object Detection". Boxes with `iscrowd` hold many objects, uncounted.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, Box, SourceAnnotations
from curation.annotations.records import BadRecord, Problems, bbox, number, text, word
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for an object with categories whose annotations have one."""
    return "category_id" in document.first("annotations") and bool(document.first("categories"))


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the boxes of each picture; every category was looked for in every picture of the file.

    Args:
        documents: One file of instances.
        problems: Counts the instances that are left out.

    Returns:
        All listed pictures, and the names of all categories.
    """
    (document,) = documents
    images = coco.drafts(document, problems)
    categories = dict(problems.each(document.rows(problems, "categories"), category))

    def add(row: JsonObject) -> None:
        image = coco.of(images, row)
        if "caption" in row:
            image.captions[text(row, "caption").strip()] = None
        elif "bbox" not in row:
            image.objects[_name(row, categories)[0]] = None
        else:
            image.add_box(box(row, categories))

    for _ in problems.each(document.rows(problems, "annotations"), add):
        pass
    return SourceAnnotations([image.done() for image in images.values()], [name for name, _ in categories.values()])


def box(row: JsonObject, categories: dict[str, tuple[str, str]]) -> Box:
    """Makes the box of an annotation.

    Args:
        row: Annotation with `category_id` and `bbox`.
        categories: (name, supercategory) by the category's id.

    Returns:
        The box in pixels.

    Raises:
        BadRecord: The category is not listed, or there is no box.
    """
    name, above = _name(row, categories)
    return Box(name, bbox(row.get("bbox")), above, crowd=row.get("iscrowd") == 1)


def _name(row: JsonObject, categories: dict[str, tuple[str, str]]) -> tuple[str, str]:
    names = categories.get(number(row, "category_id"))
    if names is None:
        raise BadRecord("of a category that is not listed")
    return names


def category(row: JsonObject) -> tuple[str, tuple[str, str]]:
    """(id, (name, supercategory)) of a row of `categories`."""
    above = word(row, "supercategory") if isinstance(row.get("supercategory"), str) else ""
    return number(row, "id"), (word(row, "name"), above)


SOURCE = AnnotationSource(
    name="coco_instances",
    title="COCO instances",
    about="a box for every object of the categories that were looked for (instances_train2017.json)",
    recognise=recognise,
    read=read,
    example={
        "instances.json": """{"images": [{"id": 9, "file_name": "000000000009.jpg", "width": 640, "height": 480}],
 "categories": [{"id": 18, "name": "dog", "supercategory": "animal"},
                {"id": 63, "name": "couch", "supercategory": "furniture"},
                {"id": 1, "name": "person", "supercategory": "person"}],
 "annotations": [{"id": 1, "image_id": 9, "category_id": 18, "bbox": [10, 20, 200, 100], "iscrowd": 0},
                 {"id": 2, "image_id": 9, "category_id": 63, "bbox": [0, 0, 640.0, 400.5], "iscrowd": 0}]}"""
    },
    counted=True,
)
