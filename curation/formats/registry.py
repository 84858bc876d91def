"""Finds the dataset formats by walking this folder and picks the one that fits a file's rows."""

from __future__ import annotations

from collections.abc import Sequence

import curation.formats
from curation.common.errors import WinnowError
from curation.common.names import unknown
from curation.formats import column_mapping, mapped, mixed, renamed
from curation.formats.contract import Format
from curation.formats.conversation import Conversation, RejectedRowError
from scoring import plugins


class UnknownFormatError(WinnowError):
    """No format fits, or more than one; the message says what to do, `fitting` names those that fit."""

    def __init__(self, message: str, fitting: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fitting = fitting


@plugins.cached_plugins
def formats() -> dict[str, Format]:
    """Every format by its name."""
    listed = plugins.instances(curation.formats, "FORMAT", Format)
    return {dataset_format.name: dataset_format for dataset_format in listed}


def find(name: str) -> Format | None:
    """The format of this name, which may hold names of columns; None where there is none."""
    if renamed_format := renamed.of_name(name):
        return renamed_format
    if name.startswith(mixed.PREFIX):
        listed = [formats().get(one) for one in mixed.names(name)]
        mixable = [row_format for row_format in listed if row_format is not None and mixed.can_take(row_format)]
        return mixed.of(mixable) if len(mixable) == len(listed) > 1 else None
    try:
        mapping = column_mapping.of_format(name)
    except column_mapping.MappingError:
        return None
    return mapped.format_of(mapping) if mapping else formats().get(name)


def named(name: str) -> Format:
    """The format of this name. Raises UnknownFormatError, listing those that there are."""
    known_format = find(name)
    if known_format is None:
        raise UnknownFormatError(unknown("format", name, formats()))
    return known_format


def short_name(name: str) -> str:
    """What users read for a stored format's name: mapped rows are called so, any other format by its name."""
    if name.startswith(renamed.PREFIX):
        return renamed.PREFIX.removesuffix(":")
    return "mapped columns" if name.startswith(column_mapping.PREFIX) else " and ".join(mixed.names(name))


def writers() -> dict[str, Format]:
    """The formats that conversations of any other format can be written in."""
    return {name: dataset_format for name, dataset_format in formats().items() if dataset_format.write is not None}


def recognise(rows: Sequence[object], container: str) -> Format:
    """Finds the format of a file's first rows: the one that knows most of them, of equals the one of such containers.

    Formats that read the same conversations are no question: the first of them is taken.

    Args:
        rows: First rows of the file, parsed.
        container: Name of the container that the rows come in.

    Returns:
        The format that fits.

    Raises:
        UnknownFormatError: No format knows any row, or two know them equally well and read them differently.
    """
    counts = _counts(rows, general=False)
    counts = counts if any(counts.values()) else _counts(rows, general=True)
    most = max(counts.values(), default=0)
    if not most:
        raise UnknownFormatError(f"none of its first rows has a known format ({', '.join(formats())})")
    fitting = [name for name, count in counts.items() if count == most]
    usual = [name for name in fitting if container in formats()[name].containers] or fitting
    first = [name for name in usual if formats()[name].containers[0] == container] or usual
    if len(first) > 1 and not _same_conversations([formats()[name] for name in first], rows):
        listed = " or ".join(f"{name} ({formats()[name].title})" for name in first)
        raise UnknownFormatError(f"its rows can be read as {listed}; say which by --format NAME", tuple(first))
    return formats()[first[0]]


def read_widening(row_format: Format, row: object, container: str) -> tuple[Format, Conversation]:
    """Reads a row of a file, by another format where the file's format finds no conversation in it.

    Args:
        row_format: The file's format as far as its rows were read.
        row: The row, parsed.
        container: Name of the container that the rows come in.

    Returns:
        The file's format, which is one of several where another one was needed, and the row's conversation.

    Raises:
        RejectedRowError: As the file's format does where no other one fits, or not one alone.
    """
    try:
        return row_format, row_format.read(row)
    except RejectedRowError as error:
        wider = _widened(row_format, row, container) if error.outcome == mixed.UNREAD else None
        if wider is None:
            raise
        return wider, wider.read(row)


def _widened(row_format: Format, row: object, container: str) -> Format | None:
    present = [formats()[name] for name in mixed.names(row_format.name) if name in formats()]
    try:
        other = recognise([row], container)
    except UnknownFormatError:
        return None
    if other in present or not present or not all(map(mixed.can_take, (*present, other))):
        return None
    return mixed.of((*present, other))


def _counts(rows: Sequence[object], general: bool) -> dict[str, int]:
    """How many of the rows each format knows."""
    candidates = {
        name: dataset_format for name, dataset_format in formats().items() if dataset_format.general == general
    }
    return {name: sum(map(dataset_format.recognise, rows)) for name, dataset_format in candidates.items()}


def _same_conversations(fitting: Sequence[Format], rows: Sequence[object]) -> bool:
    """True when all formats that know a row read the same in it."""
    for row in rows:
        readings = [_read(dataset_format, row) for dataset_format in fitting if dataset_format.recognise(row)]
        if any(reading != readings[0] for reading in readings):
            return False
    return True


def _read(dataset_format: Format, row: object) -> Conversation | str:
    """The conversation, or the name of the reason why there is none."""
    try:
        return dataset_format.read(row)
    except RejectedRowError as error:
        return error.outcome
