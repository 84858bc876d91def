"""COCO-Text: strings in COCO pictures with boxes; `imgs` and `anns` are objects keyed by number, not lists.

https://github.com/andreasveit/coco-text: `{"imgs": {"9": {"id", "file_name"}}, "anns": {"1": {"image_id", "bbox",
"utf8_string", "legibility", "language", "class"}}, "imgToAnns": {"9": [1]}}`. Illegible strings are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, SourceAnnotations, Text
from curation.annotations.records import Problems, bbox, number, text
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for an object whose `imgs` and `anns` are objects of pictures and strings."""
    annotation = document.first_member("anns")
    return bool(document.first_member("imgs")) and ("utf8_string" in annotation or "legibility" in annotation)


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the legible strings of each picture, as written.

    Args:
        documents: One file of pictures and strings.
        problems: Counts the strings that are left out.

    Returns:
        All listed pictures, also those without a legible string.
    """
    (document,) = documents
    listed = (row for _, row in document.members(problems, "imgs"))
    images = coco.by_id(problems.each(listed, _image), problems)

    def add(row: JsonObject) -> None:
        image = coco.of(images, row)
        if row.get("legibility", "legible") == "legible" and row.get("utf8_string"):
            image.texts.append(Text(text(row, "utf8_string").strip(), bbox(row.get("bbox"))))

    for _ in problems.each((row for _, row in document.members(problems, "anns")), add):
        pass
    return SourceAnnotations([image.done() for image in images.values()])


def _image(row: JsonObject) -> tuple[str, str]:
    return number(row, "id"), text(row, "file_name")


SOURCE = AnnotationSource(
    name="coco_text",
    title="COCO-Text",
    about="the characters that can be read in a picture, with boxes (cocotext.v2.json)",
    recognise=recognise,
    read=read,
    example={
        "cocotext.json": """{"cats": {}, "imgToAnns": {"9": [1, 2]},
 "imgs": {"9": {"id": 9, "file_name": "COCO_train2014_000000000009.jpg", "set": "train"}},
 "anns": {"1": {"id": 1, "image_id": 9, "bbox": [5, 6, 40.5, 12], "utf8_string": "STOP", "legibility": "legible",
                "language": "english", "class": "machine printed"},
          "2": {"id": 2, "image_id": 9, "bbox": [1, 1, 4, 4], "legibility": "illegible", "language": "na"}}}"""
    },
)
