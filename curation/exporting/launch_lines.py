"""The lines by which programs read an export, as its manifest keeps them and its card prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from curation.exporting.row_writer import WrittenPart
from curation.formats import registry
from curation.formats.contract import PLACE
from scoring.json_types import JsonObject


def for_manifest(parts: Sequence[WrittenPart]) -> list[JsonObject]:
    """Collects the lines for the first split's files of an export, each once.

    Args:
        parts: What was written.

    Returns:
        program, language, lines and note of each; none for formats without a program that is known to read them.
    """
    launches: list[JsonObject] = []
    for part in parts:
        is_read = part.format and part.rows and part.split == parts[0].split
        launch = registry.named(part.format).launch if is_read else None
        launches += [asdict(command) for command in (launch(part.row_file) if launch else ())]
    return [launch for index, launch in enumerate(launches) if launch not in launches[:index]]


def section(launches: Sequence[JsonObject]) -> str:
    """Writes the lines in Markdown.

    Args:
        launches: What `for_manifest` gave.

    Returns:
        A paragraph on the place of the export, and a block of lines for each program.
    """
    opening = f"Put the place of this folder for `{PLACE}`, wherever it is moved to."
    blocks = [
        f"**{launch['program']}**{': ' + launch['note'] if launch['note'] else ''}\n\n"
        f"```{launch['language']}\n{launch['lines']}\n```"
        for launch in launches
    ]
    return "\n\n".join([opening, *blocks])
