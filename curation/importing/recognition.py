"""Tells by its first rows what format a file has, and what to say where that is not clear."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Sequence
from pathlib import Path

from curation.annotations import AnnotationsError
from curation.annotations import registry as annotations_registry
from curation.annotations.document import open_document
from curation.common.errors import WinnowError
from curation.formats import column_mapping, mapped, registry
from curation.formats.column_mapping import MappingError
from curation.formats.contract import Format
from curation.formats.conversation import RejectedRowError
from curation.formats.registry import UnknownFormatError
from curation.importing import column_guess
from curation.importing.options import ImportOptions

COLUMNS_IN_ADVICE = 20
"""Columns that a message lists."""


class UnrecognisedError(WinnowError):
    """The format is not clear; the message says why.

    `choices` are the formats to choose from when two fit; `mappable` says that the rows have columns which a person
    could map.
    """

    def __init__(self, message: str, choices: tuple[str, ...] = (), *, mappable: bool = False) -> None:
        super().__init__(message)
        self.choices, self.mappable = choices, mappable


def recognise(path: Path, container: str, first_rows: Sequence[object], options: ImportOptions) -> Format:
    """Finds how a file's rows are read: by the mapping or format that the options name, else by the rows.

    Args:
        path: The dataset's file or folder.
        container: Name of the container of the files that its rows lie in.
        first_rows: Its first rows, parsed.
        options: How it is imported.

    Returns:
        The format.

    Raises:
        UnrecognisedError: No format or more than one fits, a column of the mapping is missing, or there are no rows.
    """
    if not first_rows and not options.format_name:
        raise UnrecognisedError(f"{path.name} is an empty dataset: it has no rows, so there is nothing to import.")
    try:
        if options.mapping:
            column_mapping.check(options.mapping, first_rows)
            return mapped.format_of(options.mapping)
        if options.format_name:
            return registry.named(options.format_name)
        row_format = registry.recognise(first_rows, container)
    except MappingError as error:
        raise UnrecognisedError(f"{path.name}: {error}", mappable=True) from error
    except UnknownFormatError as error:
        problem = str(error) if options.format_name else f"Cannot tell the format of {path.name}: {error}."
        hint = _hint(path)
        mappable = not hint and not options.format_name and not error.fitting and bool(column_mapping.paths(first_rows))
        advice = _mapping_advice(first_rows) if mappable else hint
        raise UnrecognisedError(f"{problem}{advice}", error.fitting, mappable=mappable) from error
    if row_format.general and (hint := _hint(path)):
        raise UnrecognisedError(f"{path.name} is no dataset.{hint} Or say --format {row_format.name} to import it.")
    for row in first_rows:
        with contextlib.suppress(RejectedRowError):
            row_format, _ = registry.read_widening(row_format, row, container)
    return row_format


def _mapping_advice(first_rows: Sequence[object]) -> str:
    """How to say which columns hold what, by a guess where there is one."""
    columns = column_mapping.names_in(first_rows)[:COLUMNS_IN_ADVICE]
    guessed = column_guess.guess(first_rows) or {"instruction": "COLUMN", "response": "COLUMN"}
    option = ",".join(f"{role}={column}" for role, column in guessed.items())
    return f" Its columns are {', '.join(columns)}: say which hold what, for example by --map {shlex.quote(option)}."


def _hint(path: Path) -> str:
    """What else the file may be."""
    try:
        sources = annotations_registry.recognise(open_document(path)) if path.is_file() else []
    except (AnnotationsError, OSError):
        return ""
    if not sources:
        return ""
    return f" It is an annotation file ({sources[0]}): give it with --annotations beside a dataset, or to `generate`."
