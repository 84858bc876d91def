"""COCO Attributes, saved as JSON: which of 204 attributes people saw in objects of COCO instances.

https://github.com/genp/cocottributes. The published file is a pickle, which is never opened. As JSON it is
`{"attributes": [{"id", "name"}], "ann_vecs": {patch: [votes 0 to 1]}, "patch_id_to_ann_id": {patch: annotation}}`,
or `"ann_attrs": {annotation: {"attrs_vector": [...]}}`. Only COCO instances say which picture an object is in, so
that file is needed beside it. An attribute counts when more than half saw it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curation.annotations import coco
from curation.annotations.document import Document
from curation.annotations.model import AnnotationsError, AnnotationSource, Box, SourceAnnotations
from curation.annotations.records import BadRecord, Draft, Problems, number, text
from curation.annotations.sources import coco_instances
from scoring.json_types import JsonObject

SEEN_BY = 0.5


def recognise(document: Document) -> bool:
    """True for an object with attributes and votes on them."""
    return bool(document.first("attributes")) and bool({"ann_vecs", "ann_attrs"} & document.keys.keys())


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the objects that have attributes, in their pictures.

    Args:
        documents: Files of attributes, and the COCO instances that say where each object is.
        problems: Counts the objects that are left out.

    Returns:
        Pictures with the boxes that have attributes.

    Raises:
        AnnotationsError: COCO instances are missing, or an attribute has no name.
    """
    instances = [document for document in documents if not recognise(document)]
    if not instances:
        raise AnnotationsError(
            f"{documents[0].name} does not say which picture an object is in; "
            "give the COCO instances file together with it."
        )
    named: dict[str, tuple[str, ...]] = {}
    for document in documents:
        if document not in instances:
            named.update(problems.each(_votes(document), _Names(document)))
    images: dict[str, Draft] = {}
    for document in instances:
        _move_attributes(document, named, images)
    for _ in named:
        problems.add("about an object that is not in the instances")
    return SourceAnnotations([image.done() for image in images.values()])


class _Names:
    """Turns a row of votes into (annotation, names of what most people saw)."""

    def __init__(self, document: Document) -> None:
        listed = document.value("attributes")
        try:
            ordered = sorted((int(number(row, "id")), text(row, "name")) for row in listed)
        except (BadRecord, ValueError, AttributeError, TypeError) as error:
            raise AnnotationsError(f"{document.name} does not name each of its attributes by id.") from error
        self._names = [name for _, name in ordered]

    def __call__(self, row: JsonObject) -> tuple[str, tuple[str, ...]]:
        votes = row["votes"]
        numbers = isinstance(votes, list) and all(isinstance(vote, int | float) for vote in votes)
        if not numbers or len(votes) != len(self._names):
            raise BadRecord("without a vote for each attribute")
        return number(row, "annotation"), tuple(
            name for name, vote in zip(self._names, votes, strict=True) if vote > SEEN_BY
        )


def _votes(document: Document) -> Iterator[JsonObject]:
    """Rows of {"annotation", "votes"} from either shape of the file."""
    patches = _members(document, "patch_id_to_ann_id")
    for patch, votes in _members(document, "ann_vecs").items():
        yield {"annotation": patches.get(patch), "votes": votes}
    for annotation, entry in _members(document, "ann_attrs").items():
        yield {"annotation": annotation, "votes": entry.get("attrs_vector") if isinstance(entry, dict) else None}


def _members(document: Document, key: str) -> JsonObject:
    value = document.value(key)
    return value if isinstance(value, dict) else {}


def _move_attributes(document: Document, named: dict[str, tuple[str, ...]], images: dict[str, Draft]) -> None:
    """Moves the attributes of this file's objects to their pictures; the file's own problems are counted elsewhere."""
    quiet = Problems()
    pictures = coco.drafts(document, quiet)
    categories = dict(quiet.each(document.rows(quiet, "categories"), coco_instances.category))

    def add(row: JsonObject) -> None:
        attributes = named.pop(number(row, "id"), ())
        if attributes:
            box, name = coco_instances.box(row, categories), coco.of(pictures, row).file_name
            with_names = Box(box.category, box.bbox, box.supercategory, attributes, box.crowd)
            images.setdefault(name, Draft(name)).add_box(with_names)

    for _ in quiet.each(document.rows(quiet, "annotations"), add):
        pass


SOURCE = AnnotationSource(
    name="coco_attributes",
    title="COCO Attributes",
    about="attributes of COCO objects, saved as JSON; give it together with the COCO instances file",
    recognise=recognise,
    read=read,
    example={
        "attributes.json": """{"attributes": [{"id": 3, "name": "furry"}, {"id": 1, "name": "sleeping"}],
 "ann_vecs": {"70": [0.75, 1.0], "71": [0.25, 0.5]}, "patch_id_to_ann_id": {"70": 1, "71": 2},
 "split": {"70": "train2014", "71": "train2014"}}""",
        "instances.json": """{"images": [{"id": 9, "file_name": "COCO_train2014_000000000009.jpg"}],
 "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}],
 "annotations": [{"id": 1, "image_id": 9, "category_id": 18, "bbox": [10, 20, 200, 100], "iscrowd": 0},
                 {"id": 2, "image_id": 9, "category_id": 18, "bbox": [0, 0, 20, 20], "iscrowd": 0}]}""",
    },
    files="together",
    companions=("coco_instances",),
)
