"""What a preview says in words: how many rows there are, and how many of their images were found."""

from __future__ import annotations

from curation.common.counts import counted
from curation.previewing.preview import ImportPreview

_ABSENT = ("missing", "ambiguous", "remote", "outside_root", "linked_outside", "not_searched")


def rows(preview: ImportPreview) -> str:
    """Says how many rows there are, as far as it is known."""
    if preview.is_empty:
        return "an empty dataset: no rows"
    if preview.total is None:
        return "number of rows not known yet"
    about = "about " if preview.is_estimate else ""
    return f"{about}{counted(preview.total, 'row')}"


def images(preview: ImportPreview) -> str:
    """Says how many images of the first rows are there, and where names start from."""
    total = sum(preview.found_by.values())
    if not total:
        return "the first rows name none"
    present = sum(count for how, count in preview.found_by.items() if how not in _ABSENT)
    return f"{present:,} of {total:,} of the first rows' found, from {preview.images_root}"
