"""The simple `annotations.json`: `{"images": [{"file_name", "instances", "captions"}], "vocabulary": [names]}`.

`instances` are names, or `{"category", "bbox"}`; `vocabulary` are further classes that were looked for. The list of
images may also stand alone, or as JSON Lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations import plain
from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, SourceAnnotations
from curation.annotations.records import Problems

_SAID = {"instances", "captions", "boxes"}


def recognise(document: Document) -> bool:
    """True for a list of images, each with its file name and what is in it; the key `annotations` is COCO's."""
    if document.layout != "object":
        first = document.first()
        return "file_name" in first and bool(_SAID & first.keys())
    if "annotations" in document.keys or "categories" in document.keys:
        return False
    return bool({"file_name", "image"} & document.first("images").keys())


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the pictures; every class that is named anywhere in the file was looked for in all of them.

    Args:
        documents: One list of images.
        problems: Counts the images and boxes that are left out.

    Returns:
        Pictures in order, and every class named or listed under `vocabulary`.
    """
    (document,) = documents
    key = "images" if document.layout == "object" else ""
    name_key = "file_name" if "file_name" in document.first(key) else "image"
    images = plain.images(document.rows(problems, key), name_key, problems)
    more = document.value("vocabulary") if key else None
    named = [name for name in more if isinstance(name, str) and "\0" not in name] if isinstance(more, list) else []
    return SourceAnnotations(images, [*plain.objects_of(images), *named])


SOURCE = AnnotationSource(
    name="simple",
    title="a simple list of images",
    about='objects and captions per image: {"images": [{"file_name", "instances", "captions"}]}',
    recognise=recognise,
    read=read,
    example={
        "annotations.json": """{"images": [{"file_name": "a.jpg", "instances": ["dog", "sofa"],
             "captions": ["A dog on a sofa."], "boxes": [{"category": "dog", "bbox": [10, 20, 200, 100]}]}],
 "vocabulary": ["cat"]}"""
    },
)
