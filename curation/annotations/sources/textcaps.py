"""TextCaps: captions that read the text in the picture.

https://textvqa.org/textcaps/dataset/: `{"dataset_name": "textcaps", "data": [{"image_id", "caption_str",
"reference_strs", "image_path"}]}`, one row per caption with all captions of its picture in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from curation.annotations.document import Document
from curation.annotations.model import AnnotationSource, SourceAnnotations
from curation.annotations.records import BadRecord, Draft, Problems, number, texts
from scoring.json_types import JsonObject


def recognise(document: Document) -> bool:
    """True for an object whose data have captions as TextCaps names them."""
    first = document.first("data")
    return "image_id" in first and ("caption_str" in first or "reference_strs" in first)


def read(documents: Sequence[Document], problems: Problems) -> SourceAnnotations:
    """Reads the different captions of each picture.

    Args:
        documents: One file of captions.
        problems: Counts the rows that are left out.

    Returns:
        Pictures in the order of their first row.
    """
    (document,) = documents
    images: dict[str, Draft] = {}
    for name, captions in problems.each(document.rows(problems, "data"), _captions):
        images.setdefault(name, Draft(name)).captions.update(dict.fromkeys(captions))
    return SourceAnnotations([image.done() for image in images.values()])


def _captions(row: JsonObject) -> tuple[str, list[str]]:
    first_captions = [row["caption_str"]] if isinstance(row.get("caption_str"), str) else []
    captions = [caption.strip() for caption in [*first_captions, *texts(row, "reference_strs")] if caption.strip()]
    if not captions:
        raise BadRecord("without a caption")
    path = row.get("image_path")
    usable = isinstance(path, str) and path.strip() and "\0" not in path
    return str(path) if usable else f"{number(row, 'image_id')}.jpg", captions


SOURCE = AnnotationSource(
    name="textcaps",
    title="TextCaps",
    about="captions that take in the text of the picture (TextCaps_0.1_train.json)",
    recognise=recognise,
    read=read,
    example={
        "textcaps.json": """{"dataset_type": "train", "dataset_name": "textcaps", "dataset_version": "0.1",
 "data": [{"image_id": "0054c91397f2fe05", "image_path": "train/0054c91397f2fe05.jpg", "caption_id": 1,
           "caption_str": "A sign that says STOP.",
           "reference_strs": ["A sign that says STOP.", "A red stop sign."]}]}"""
    },
)
