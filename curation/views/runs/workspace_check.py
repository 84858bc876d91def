"""The check of the workspace on the runs page: what the last one found, and what a repair did."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from curation.app.jobs import Job
from curation.app.server import Server
from curation.checks import checking
from curation.checks.finding import Finding
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
        return any(one.repair for one in self.findings)


_lock = threading.Lock()
_newest: weakref.WeakKeyDictionary[Server, Checked] = weakref.WeakKeyDictionary()


def newest(server: Server) -> Checked | None:
    """What the last check or repair left; None before the first."""
    with _lock:
        return _newest.get(server)


def job(server: Server) -> Job | None:
    """The check or repair that was started last."""
    return next((one for one in reversed(server.jobs) if one.kind == KIND), None)


def start(server: Server, *, repair: bool = False, thorough: bool = False) -> Job:
    """Checks, or checks and repairs, in the background; while one goes on, starts nothing."""
    running = job(server)
    if running is not None and running.is_open:
        return running

    def work(progress: Callable[[str, int, int], None]) -> str:
        if repair and (server.scoring or any(one.is_open and one.kind != KIND for one in server.jobs)):
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
        if repair and _RESCORED & {one.kind for one in repaired.before}:
            server.score()
        return ""

    return server.in_background("Repair" if repair else "Check", KIND, work)
