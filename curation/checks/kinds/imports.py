"""Imports that have not come to their end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curation.checks.finding import Check, Finding
from curation.common import listing
from curation.common.counts import counted
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.workspace import Workspace
from scoring.addresses import file_place, is_address
from scoring.damage import raise_machine_error
from storage import integrity


def find(workspace: Workspace, _thorough: bool) -> list[Finding]:
    """Finds imports that have not come to their end.

    Args:
        workspace: Open workspace.
        _thorough: Not used.

    Returns:
        One finding per import, with whether it can go on.
    """
    return [_finding(dataset) for dataset in integrity.incomplete(workspace.store)]


def mend(workspace: Workspace) -> None:
    """Goes on with the imports whose file is there unchanged."""
    for dataset in integrity.incomplete(workspace.store):
        if _can_go_on(dataset):
            importer.import_file(
                workspace,
                Path(dataset["path"]),
                ImportOptions(format_name=dataset["format"], images=file_place(dataset["images_root"])),
            )


def _finding(dataset: dict[str, Any]) -> Finding:
    problem = f"The import of {dataset['name']!r} stopped after {counted(dataset['rows_seen'], 'row')}."
    if _can_go_on(dataset):
        return Finding("half_import", 1, problem, "Go on with it.")
    if is_address(dataset["path"]):
        return Finding("half_import", 1, f"{problem} Import {dataset['path']} again to go on with it.")
    return Finding("half_import", 1, f"{problem} Its file {dataset['path']} is gone or has changed.")


def _can_go_on(dataset: dict[str, Any]) -> bool:
    path = Path(dataset["path"])
    try:
        return not is_address(dataset["path"]) and path.exists() and listing.hash_of(path) == dataset["file_hash"]
    except OSError as error:
        raise_machine_error(error)
        return False


CHECK = Check(name="imports", order=4, find=find, mend=mend)
