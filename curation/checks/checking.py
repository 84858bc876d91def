"""Looks a workspace through for faults, and mends what can be mended: a copy first, nothing is lost."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

from curation.checks import kinds
from curation.checks.finding import Check, Finding
from curation.common.progress import StepProgress
from curation.workspace import Workspace
from scoring import plugins
from storage.errors import NotStoredError


@dataclass(frozen=True)
class Repaired:
    """What a repair did: the findings before and after it, and the database as it was (None: nothing was changed)."""

    before: tuple[Finding, ...]
    left: tuple[Finding, ...]
    copy: Path | None = None


@plugins.cached_plugins
def checks() -> tuple[Check, ...]:
    """The checks, in the order in which they mend."""
    listed = plugins.instances(kinds, "CHECK", Check)
    return tuple(sorted(listed, key=lambda check: check.order))


def find(workspace: Workspace, *, thorough: bool = False, progress: StepProgress | None = None) -> tuple[Finding, ...]:
    """Every fault that the checks know of; nothing is changed.

    Args:
        workspace: The workspace, which nobody else is writing to.
        thorough: Also read the bytes of pictures and exports, which takes as long as reading them does.
        progress: Told before each check.
    """
    findings: list[Finding] = []
    for position, check in enumerate(checks()):
        if progress:
            progress(check.name, position, len(checks()))
        findings += check.find(workspace, thorough)
    return tuple(findings)


def repair(workspace: Workspace, *, thorough: bool = False, progress: StepProgress | None = None) -> Repaired:
    """Mends what can be mended, after copying the database.

    Args:
        workspace: Open workspace.
        thorough: Whether bytes are compared too.
        progress: Called before each check.

    Returns:
        The findings before and after, and the copy where there was anything to mend.

    Raises:
        NotStoredError: The workspace is read-only, or the copy cannot be made.
    """
    with workspace.store.adding:
        before = find(workspace, thorough=thorough, progress=progress)
        if not any(finding.repair for finding in before):
            return Repaired(before, before)
        if workspace.store.is_read_only:
            raise NotStoredError(f"The workspace {workspace.folder} is read-only: nothing was repaired.")
        copy = _free(workspace.folder)
        workspace.store.backup(copy)
        for check in checks():
            if any(finding.repair for finding in check.find(workspace, thorough)):
                check.mend(workspace)
        workspace.store.checkpoint()
        return Repaired(before, find(workspace, thorough=thorough), copy)


def _free(folder: Path) -> Path:
    names = (folder / f"winnow.before-repair-{number}.duckdb" for number in itertools.count(1))
    return next(path for path in names if not path.exists())
