"""The check of the workspace on the runs page: what the last one found, and what a repair did."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from pathlib import Path

from curation.app.jobs import Job
from curation.app.server import Server
from curation.checks import checking
from curation.checks.finding import Finding
from curation.common.progress import StepProgress
from curation.workspace import WorkspaceError

KIND = "check"
_RESCORED = {"doubled_rows", "half_import"}
"""Findings whose repair leaves samples without scores."""


@dataclass(frozen=True)
class Checked:
    """What the last check of this server found; `copy` is the database as it was before a repair."""

    findings: tuple[Finding, ...]
    copy: Path | None = None

    @property
    def can_repair(self) -> bool:
        """True when a repair has something to do."""
        return any(finding.repair for finding in self.findings)


_lock = threading.Lock()
_newest: weakref.WeakKeyDictionary[Server, Checked] = weakref.WeakKeyDictionary()


def newest(server: Server) -> Checked | None:
    """What the last check or repair left; None before the first."""
    with _lock:
        return _newest.get(server)


def job(server: Server) -> Job | None:
    """The check or repair that was started last."""
    return next((background_job for background_job in reversed(server.jobs) if background_job.kind == KIND), None)


def start(server: Server, *, repair: bool = False, thorough: bool = False) -> Job:
    """Checks the workspace in the background; while a check goes on, starts nothing.

    Args:
        server: Its workspace is checked.
        repair: True repairs what can be repaired; this needs the workspace for itself.
        thorough: True also reads the bytes of pictures and exports.
    Returns:
        The job that was started or goes on.
    """

    def work(progress: StepProgress) -> str:
        if repair and (server.scoring or any(other.is_open and other.kind != KIND for other in server.jobs)):
            raise WorkspaceError(
                "A repair needs the workspace for itself: wait for scoring, imports and exports to end."
            )
        if repair:
            repaired = checking.repair(server.workspace, thorough=thorough, progress=progress)
            checked = Checked(repaired.left, repaired.copy)
        else:
            checked = Checked(checking.find(server.workspace, thorough=thorough, progress=progress))
        with _lock:
            _newest[server] = checked
        if repair and _RESCORED & {finding.kind for finding in repaired.before}:
            server.score()
        return ""

    return server.in_background("Repair" if repair else "Check", KIND, KIND, work)
