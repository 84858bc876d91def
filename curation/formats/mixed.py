"""Rows of several formats in one file, as when files of different sources were put one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError
from scoring.json_types import JsonObject

PREFIX = "mixed:"
"""How the format of such a set is called: this, and the formats' names with commas between them."""
UNREAD = "no_conversation"
"""The outcome of a row in which a format finds no conversation, so that another one is asked."""


def of(formats: Sequence[Format]) -> Format:
    """The format of rows that are each of one of these.

    Args:
        formats: In the order in which they are asked.

    Returns:
        A format that reads and changes such rows; it writes none.
    """
    reader = _MixedRows(tuple(formats))
    return Format(
        name=PREFIX + ",".join(row_format.name for row_format in formats),
        title=" and ".join(row_format.title for row_format in formats),
        about="Rows of several formats, one after the other.",
        example="",
        recognise=lambda row: any(row_format.recognise(row) for row_format in formats),
        read=reader.read,
        rewrite=reader.rewrite,
        of_row=reader.format_of,
        marks_images=all(row_format.marks_images for row_format in formats),
        roles=tuple(dict.fromkeys(role for row_format in formats for role in row_format.roles)),
        opens=tuple(way for way in formats[0].opens if all(way in row_format.opens for row_format in formats)),
        takes_root=all(row_format.takes_root for row_format in formats),
        needs_images=any(row_format.needs_images for row_format in formats),
        containers=formats[0].containers,
    )


def can_take(row_format: Format) -> bool:
    """True for a format whose rows stand alone: neither parsed in a way of its own nor bound to other files or rows."""
    ties = (row_format.loads, row_format.image_ending, row_format.images_apart, row_format.plain_base64)
    return not any((*ties, row_format.prune, row_format.general))


def names(name: str) -> tuple[str, ...]:
    """The names of the formats in a stored format's name: several for mixed rows, else the one."""
    return tuple(name.removeprefix(PREFIX).split(",")) if name.startswith(PREFIX) else (name,)


@dataclass(frozen=True)
class _MixedRows:
    """Reads and changes rows, each by the first format that finds a conversation in it."""

    formats: tuple[Format, ...]

    def read(self, row: Any) -> Conversation:
        """The row's conversation. Raises RejectedRowError as the first format does where none finds one."""
        return self._read(row)[1]

    def format_of(self, row: object) -> Format:
        """The format by which a row that can be read is read."""
        return self._read(row)[0]

    def _read(self, row: object) -> tuple[Format, Conversation]:
        first, *others = self.formats
        try:
            return first, first.read(row)
        except RejectedRowError as error:
            other = next((row_format for row_format in others if row_format.recognise(row)), None)
            if error.outcome != UNREAD or other is None:
                raise
            return other, other.read(row)

    def rewrite(self, row: JsonObject, texts: Mapping[int, str | None]) -> JsonObject:
        """Replaces texts of the messages.

        Args:
            row: Parsed row that `read` accepts.
            texts: New text by the message's position; a message whose text is None is left out.

        Returns:
            A new row with everything else as it was.
        """
        return self.format_of(row).rewrite(row, texts)
