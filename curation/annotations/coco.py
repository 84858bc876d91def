"""What the files made after COCO's share: pictures by number, and names of pictures from their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from curation.annotations.document import Document
from curation.annotations.records import BadRecord, Draft, Problems, Row, number, text


def drafts(document: Document, problems: Problems) -> dict[str, Draft]:
    """An empty picture for each of the document's `images`, by id."""
    return by_id(problems.each(document.rows(problems, "images"), _image), problems)


def by_id(images: Iterable[tuple[str, str]], problems: Problems) -> dict[str, Draft]:
    """An empty picture for every (id, file name); an id that comes again is left out."""
    found: dict[str, Draft] = {}
    for key, name in images:
        if key in found:
            problems.add("of a picture that came before")
        else:
            found[key] = Draft(name)
    return found


def of(images: dict[str, Draft], row: Row) -> Draft:
    """The picture that a record is about. Raises BadRecord when the file does not list it."""
    found = images.get(number(row, "image_id"))
    if found is None:
        raise BadRecord("about a picture that is not listed")
    return found


def file_name(image: str, subset: str = "") -> str:
    """The name of a COCO picture from its number: of 2014 with the name of the subset, of 2017 the bare number."""
    padded = image.zfill(12) if image.isascii() and image.isdigit() else image
    prefix = f"COCO_{subset}_" if subset.endswith("2014") or subset.endswith("2015") else ""
    return f"{prefix}{padded}.jpg"


def _image(row: Row) -> tuple[str, str]:
    return number(row, "id"), text(row, "file_name")
