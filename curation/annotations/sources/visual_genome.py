"""Visual Genome: objects with boxes and attributes: `objects.json`, `attributes.json`.

https://homes.cs.washington.edu/~ranjay/visualgenome/api_readme.html: a list of `{"image_id", "attributes": [{"names",
"attributes", "x", "y", "w", "h"}]}`, or "objects" likewise; pictures are `<image_id>.jpg`. Nobody looked for a fixed
list of classes, and one object may have several boxes: nothing is known to be absent, and nothing can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, Box, SourceAnnotations
from curation.annotations.records import BadRecord, Draft, Problems, bbox, number, rows, texts, word
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for a list of pictures with named objects or attributes."""
    first = document.first()
    listed = first.get("attributes", first.get("objects"))
    if "image_id" not in first or not isinstance(listed, list):
        return False
    return not listed or (isinstance(listed[0], dict) and ("names" in listed[0] or "name" in listed[0]))


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the named boxes of each picture; a picture that comes twice is one.

    Args:
        documents: One file of objects or attributes.
        problems: Counts the pictures and boxes that are left out.

    Returns:
        Pictures in order; nothing is known to be absent from them.
    """
    (document,) = documents
    images: dict[str, Draft] = {}
    for name, boxes in problems.each(document.rows(problems), partial(_image, problems)):
        draft = images.setdefault(name, Draft(name))
        for box in boxes:
            draft.add_box(box)
    return SourceAnnotations([image.done() for image in images.values()])


def _image(problems: Problems, row: JsonObject) -> tuple[str, list[Box]]:
    listed = [*rows(row, "attributes"), *rows(row, "objects")]
    return f"{number(row, 'image_id')}.jpg", list(problems.each(listed, _box))


def _box(row: JsonObject) -> Box:
    names = texts(row, "names") if "names" in row else [word(row, "name")]
    if not names:
        raise BadRecord("without a name")
    corners = bbox([row.get("x"), row.get("y"), row.get("w", row.get("width")), row.get("h", row.get("height"))])
    attributes = tuple(dict.fromkeys(attribute.strip().lower() for attribute in texts(row, "attributes")))
    return Box(names[0].strip().lower(), corners, attributes=attributes)


SOURCE = AnnotationSource(
    name="visual_genome",
    title="Visual Genome objects or attributes",
    about="objects with boxes and attributes, of any name (attributes.json, objects.json)",
    recognise=recognise,
    read=read,
    example={
        "attributes.json": """[{"image_id": 9, "attributes": [
  {"object_id": 1, "names": ["dog"], "attributes": ["brown", "furry"], "x": 10, "y": 20, "w": 200, "h": 100,
   "synsets": ["dog.n.01"]},
  {"object_id": 2, "names": ["sofa"], "x": 0, "y": 0, "w": 640, "h": 400, "synsets": []}]}]"""
    },
)
