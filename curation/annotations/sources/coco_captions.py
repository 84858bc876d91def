"""COCO captions: `{"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}`.

https://cocodataset.org/#format-data, "Image Captioning".
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, SourceAnnotations
from curation.annotations.records import Problems, text
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for an object whose annotations have captions and no categories."""
    first = document.first("annotations")
    return "caption" in first and "category_id" not in first and bool(document.first("images"))


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the captions of each picture; a caption of a picture that is not listed is left out.

    Args:
        documents: One file of captions.
        problems: Counts the captions that are left out.

    Returns:
        All listed pictures, also those without a caption.
    """
    (document,) = documents
    images = coco.drafts(document, problems)

    def add(row: JsonObject) -> None:
        coco.of(images, row).captions[text(row, "caption").strip()] = None

    for _ in problems.each(document.rows(problems, "annotations"), add):
        pass
    return SourceAnnotations([image.done() for image in images.values()])


SOURCE = AnnotationSource(
    name="coco_captions",
    title="COCO captions",
    about="sentences that people wrote about each picture (captions_train2017.json)",
    recognise=recognise,
    read=read,
    example={
        "captions.json": """{"images": [{"id": 9, "file_name": "000000000009.jpg", "width": 640, "height": 480}],
 "annotations": [{"id": 1, "image_id": 9, "caption": "A dog on a sofa."},
                 {"id": 2, "image_id": 9, "caption": "A brown dog sleeps."}]}"""
    },
)
