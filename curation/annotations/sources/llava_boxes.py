"""LLaVA's captions and boxes: JSON Lines of `{"id", "image", "captions", "instances": [{"category", "bbox"}]}`.

The input that GPT-4 was given for LLaVA-Instruct (https://github.com/haotian-liu/LLaVA, playground/data); boxes are
corners in shares of the picture. They come from COCO instances without the mark of crowds, so they are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations import plain
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, SourceAnnotations
from curation.annotations.records import Problems


def recognise(document: Document) -> bool:
    """True for rows with an image, and captions or instances."""
    first = document.first()
    return "image" in first and ("instances" in first or "captions" in first)


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the pictures; every class that is named anywhere in the file was looked for in all of them.

    Args:
        documents: One file of rows.
        problems: Counts the rows and boxes that are left out.

    Returns:
        Pictures in order, and every class named.
    """
    (document,) = documents
    images = plain.images(document.rows(problems), "image", problems)
    return SourceAnnotations(images, plain.objects_of(images))


SOURCE = AnnotationSource(
    name="llava_boxes",
    title="LLaVA captions and boxes",
    about='JSON Lines of {"image", "captions", "instances": [{"category", "bbox"}]}',
    recognise=recognise,
    read=read,
    example={
        "caps_boxes.jsonl": """{"id": "000000000009", "image": "000000000009.jpg", "captions": ["A dog on a sofa."], \
"instances": [{"category": "dog", "bbox": [0.25, 0.5, 0.75, 1.0]}]}
{"id": "000000000025", "image": "000000000025.jpg", "captions": [], "instances": []}
"""
    },
)
