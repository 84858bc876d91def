"""Rows that hold all of one picture: names or boxes under `instances` or `boxes`, sentences under `captions`."""

from __future__ import annotations

from collections.abc import Iterable

from curation.annotations.model import AnnotatedImage, Box
from curation.annotations.records import BadRecord, Draft, Problems, bbox, from_corners, text, texts, word
from scoring.json_types import JsonObject


def images(rows: Iterable[JsonObject], name_key: str, problems: Problems) -> list[AnnotatedImage]:
    """Reads the picture of each row; boxes are [x, y, w, h] in pixels, or corners when no number is above 1.

    Args:
        rows: Records, each with all of one picture.
        name_key: Key of the picture's file name.
        problems: Counts the rows and entries that are left out.

    Returns:
        Pictures in the order of the rows.
    """
    return list(problems.each(rows, lambda row: _image(row, name_key, problems)))


def objects_of(annotated: Iterable[AnnotatedImage]) -> list[str]:
    """Every class that is named in any picture."""
    return sorted({name for image in annotated for name in image.objects})


def _image(row: JsonObject, name_key: str, problems: Problems) -> AnnotatedImage:
    draft = Draft(text(row, name_key))
    draft.captions.update(dict.fromkeys(texts(row, "captions")))
    for key in ("instances", "boxes"):
        listed = row.get(key, [])
        if not isinstance(listed, list):
            raise BadRecord(f"whose {key} are no list")
        for entry in listed:
            _add(draft, entry, problems)
    return draft.done()


def _add(draft: Draft, entry: object, problems: Problems) -> None:
    """A bare name, or an object with a category and often a box; what is neither is left out."""
    try:
        if isinstance(entry, str) and entry.strip():
            draft.objects[entry] = None
        elif isinstance(entry, dict) and entry.get("bbox"):
            draft.add_box(_box(entry))
        elif isinstance(entry, dict):
            draft.objects[word(entry, "category")] = None
        else:
            raise BadRecord("that name no object")
    except BadRecord as bad:
        problems.add(str(bad))


def _box(entry: JsonObject) -> Box:
    corners = bbox(entry["bbox"])
    return Box(word(entry, "category"), from_corners(corners) if max(corners) <= 1.0 else corners)
