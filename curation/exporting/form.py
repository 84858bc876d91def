"""How a split is written: which format, where its images are, which preference files; and what cannot be had."""

from __future__ import annotations

from dataclasses import dataclass

from curation.common.errors import WinnowError
from curation.exporting.image_files import COPY, PACK, REFERENCE
from curation.formats import registry
from curation.formats.contract import Format

ORIGINAL = "original"
"""Every row in the format and the kind of file that it came in, word for word but for people's edits."""


class UnreadableFormError(WinnowError):
    """No reader of the format would read what the form asks for; the message says why, and what to choose."""


@dataclass(frozen=True)
class Form:
    """How a split is written: a format's name or ORIGINAL, one of `image_files.FORMS`, any of `preferences.KINDS`."""

    format: str = ORIGINAL
    images: str = REFERENCE
    preferences: tuple[str, ...] = ()


def target_of(form: Form) -> Format | None:
    """The format to convert to, None for the rows as they came. Raises UnknownFormatError."""
    if form.format == ORIGINAL:
        return None
    target = registry.named(form.format)
    if target.write is None:
        choices = ", ".join([ORIGINAL, *registry.writers()])
        raise registry.UnknownFormatError(
            f"{target.title} cannot be written from other formats; choose one of {choices}."
        )
    return target


def problem(form: Form, rows_without_image: int = 0) -> str:
    """Says why the format's readers would not read a split in this form.

    Args:
        form: Form to write.
        rows_without_image: Rows of the split that have none.

    Returns:
        A sentence, "" where they would.
    """
    target = target_of(form)
    if target is None:
        return "" if form.images != PACK else (
            "Rows that go out as they came keep their images where they are; choose a format to put them into its rows."
        )  # fmt: skip
    if form.images not in target.opens and not target.packs_images:
        ways = {REFERENCE: "keep their paths", COPY: "copy them", PACK: "put them into the rows"}
        return (
            f"What reads {target.title} opens images as files: those inside rows are lost to it. "
            f"Choose to {' or '.join(ways[name] for name in target.opens)}."
        )
    if target.needs_images and rows_without_image:
        return (
            f"{rows_without_image:,} of these rows have no image, and what reads {target.title} fails on the first of "
            "them. Leave them out by a recipe, or choose another format."
        )
    return ""


def refuse_unreadable(form: Form, rows_without_image: int = 0) -> None:
    """Raises UnreadableFormError where `problem` has one, UnknownFormatError for a format that cannot be written."""
    if sentence := problem(form, rows_without_image):
        raise UnreadableFormError(sentence)
