"""What the files made after COCO's share: pictures by number, and names of pictures from their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from curation.annotations.document import Document
from curation.annotations.records import BadRecord, Draft, Problems, number, text
from scoring.json_types import JsonObject


def drafts(document: Document, problems: Problems) -> dict[str, Draft]:
    """Makes an empty picture for each of the document's `images`.

    Args:
        document: Document with a list of pictures under `images`.
        problems: Counts the pictures that cannot be used.

    Returns:
        Pictures by id.
    """
    return by_id(problems.each(document.rows(problems, "images"), _image), problems)


def by_id(images: Iterable[tuple[str, str]], problems: Problems) -> dict[str, Draft]:
    """Makes an empty picture for every id; an id that comes again is left out.

    Args:
        images: (id, file name) of each picture.
        problems: Counts the ids that come again.

    Returns:
        Pictures by id.
    """
    drafts_by_id: dict[str, Draft] = {}
    for key, name in images:
        if key in drafts_by_id:
            problems.add("of a picture that came before")
        else:
            drafts_by_id[key] = Draft(name)
    return drafts_by_id


def of(images: dict[str, Draft], row: JsonObject) -> Draft:
    """Finds the picture that a record is about.

    Args:
        images: Pictures by id.
        row: Record with an `image_id`.

    Returns:
        The picture, to be added to.

    Raises:
        BadRecord: The file does not list the picture.
    """
    draft = images.get(number(row, "image_id"))
    if draft is None:
        raise BadRecord("about a picture that is not listed")
    return draft


def file_name(image: str, subset: str = "") -> str:
    """Makes the name of a COCO picture from its number: of 2014 with the name of the subset, of 2017 the bare number.

    Args:
        image: Number of the picture as text; any other text is taken as it is.
        subset: Subset such as `train2014`, "" where it is unknown.

    Returns:
        The name of a JPEG file.
    """
    padded = image.zfill(12) if image.isascii() and image.isdigit() else image
    prefix = f"COCO_{subset}_" if subset.endswith("2014") or subset.endswith("2015") else ""
    return f"{prefix}{padded}.jpg"


def _image(row: JsonObject) -> tuple[str, str]:
    return number(row, "id"), text(row, "file_name")
