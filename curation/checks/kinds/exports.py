"""Approved exports whose files are gone or differ from their manifest."""

from __future__ import annotations

from pathlib import Path

import orjson

from curation.checks.finding import Check, Finding
from curation.exporting import export_folder
from curation.workspace import Workspace
from storage import exports


def find(workspace: Workspace, thorough: bool) -> list[Finding]:
    """Finds exports whose files are gone or differ from their manifest.

    Args:
        workspace: Open workspace.
        thorough: Whether the bytes of their files are read; else their presence counts.

    Returns:
        One finding per export.
    """
    rows = exports.listing(workspace.store).to_dicts()
    newest = {row["path"]: row["export_no"] for row in reversed(rows)}  # an earlier one was replaced on purpose
    findings = []
    for row in rows:
        if newest[row["path"]] != row["export_no"]:
            continue
        folder = Path(row["path"])
        if _is_aside(folder):
            problem = f"Export {row['export_no']} at {folder} was set aside by a program that ended then."
            findings.append(Finding("export_aside", 1, problem, "Put it back."))
        elif not folder.is_dir():
            problem = f"Export {row['export_no']} is not at {folder} any more. Its recipe makes it again."
            findings.append(Finding("export_gone", 1, problem))
        elif differing := export_folder.differing(folder, orjson.loads(row["manifest"]), thorough):
            names = ", ".join(differing[:3])
            problem = (
                f"Export {row['export_no']} at {folder} differs from its manifest in {len(differing)} files: {names}."
            )
            findings.append(Finding("export_differs", len(differing), f"{problem} Its recipe makes it again."))
    return findings


def mend(workspace: Workspace) -> None:
    """Puts exports back that were set aside."""
    for row in exports.listing(workspace.store).iter_rows(named=True):
        export_folder.recover(Path(row["path"]))


def _is_aside(folder: Path) -> bool:
    return not folder.exists() and export_folder.is_aside(folder)


CHECK = Check(name="exports", order=6, find=find, mend=mend)
