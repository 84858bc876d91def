"""Files that a process left when it died: results in the spool, and what was half written."""

from __future__ import annotations

import shutil
from pathlib import Path

from curation.checks.finding import Check, Finding
from curation.exporting import export_folder
from curation.runs import scoring_run
from curation.workspace import Workspace
from scoring.files import PART
from storage import runs

_FOLDERS = ("images", "thumbnails", "generated", "uploads", "exports", "judge-cache")


def find(workspace: Workspace, _thorough: bool) -> list[Finding]:
    """Finds spool folders of runs that nobody follows, and half-written files.

    Args:
        workspace: Open workspace.
        _thorough: Not used.

    Returns:
        One finding per kind of leftover.
    """
    findings = []
    spooled = _spooled(workspace)
    if spooled:
        problem = f"Spool folders of runs whose program ended: {len(spooled)}."
        findings.append(Finding("spool_leftovers", len(spooled), problem, "Store their whole results; remove them."))
    unfinished = set(runs.unfinished(workspace.store)) - scoring_run.followed(workspace)
    if unfinished and not spooled:
        problem = f"Runs that are called running although their program ended: {len(unfinished)}."
        findings.append(Finding("unfinished_runs", len(unfinished), problem, "Close them as stopped."))
    parts = _parts(workspace)
    if parts:
        problem = f"Files that were being written when a program ended: {len(parts)}."
        findings.append(Finding("half_written_files", len(parts), problem, "Remove them."))
    return findings


def mend(workspace: Workspace) -> None:
    """Takes over results and removes the rest."""
    scoring_run.recover(workspace)
    for path in _parts(workspace):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _spooled(workspace: Workspace) -> list[Path]:
    followed = {f"run-{number:06d}" for number in scoring_run.followed(workspace)}
    return sorted(path for path in workspace.spool.glob("*run-*") if path.name not in followed)


def _parts(workspace: Workspace) -> list[Path]:
    parts = [path for name in _FOLDERS for path in (workspace.folder / name).rglob(f".*{PART}")]
    writing = {path for path in parts if path.parent == workspace.exports} - set(
        export_folder.half_written(workspace.exports)
    )
    return sorted(path for path in parts if path not in writing and not writing & set(path.parents))


CHECK = Check(name="leftovers", order=5, find=find, mend=mend)
