"""How far imports and scoring are, for the sidebar and the pages that watch them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from curation.app.jobs import Job
from curation.app.server import Server
from curation.runs.run_progress import RunProgress
from curation.workspace import cache, metric_settings
from storage import datasets


@dataclass(frozen=True)
class Activity:
    """What goes on now. `state` is a word of a run's life, "waiting" before it starts, "idle" for nothing.

    `trouble` says why nothing can be stored at the moment; empty while it can.
    """

    state: str
    done: int
    total: int
    failed: int
    rate: float
    eta_seconds: float | None
    doing: str
    detail: str
    stalled: bool
    jobs: tuple[Job, ...]
    unavailable: dict[str, str]
    trouble: str = ""
    waiting: str = ""
    """What takes longer than usual, in words."""

    @property
    def busy(self) -> bool:
        """True while something may still change by itself."""
        return self.state not in ("idle", "done", "stopped", "failed") or bool(self.importing)

    @property
    def importing(self) -> tuple[Job, ...]:
        """Jobs that wait or run."""
        return tuple(job for job in self.jobs if job.is_open)

    @property
    def share(self) -> float:
        """Part of the run that is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


def activity(server: Server) -> Activity:
    """What the server is doing at this moment; cheap enough to ask every second."""
    progress = server.progress
    jobs = tuple(server.jobs)
    if progress is None or (progress.state == "done" and not progress.total and not server.scoring):
        state = "waiting" if server.scoring else "idle"
        return Activity(state, 0, 0, 0, 0.0, None, "", "", False, jobs, {}, _trouble(server))
    state = "paused" if server.paused else progress.state
    if server.scoring and progress.state in ("done", "stopped", "failed"):
        state = "waiting"
    return Activity(
        state, progress.done, progress.total, progress.failed, progress.rate, progress.eta_seconds,
        progress.doing, progress.detail, progress.stalled, jobs, progress.unavailable, _trouble(server),
        _waiting(server, progress),
    )  # fmt: skip


def _waiting(server: Server, progress: RunProgress) -> str:
    call = progress.waiting
    if call is None:
        return ""
    columns = metric_settings.columns(server.workspace)
    title = columns[call.name].title if call.name in columns else call.name
    items = "one item" if call.number is not None else "a batch of items"
    sentence = f"{title}: {items} has taken {time.monotonic() - call.since:,.0f} s"
    return f"{sentence}, and is given up after {call.seconds:g} s" if call.number is not None else sentence


def _trouble(server: Server) -> str:
    if server.workspace.store.is_read_only:
        return "This workspace is read-only: you can look at everything, and nothing is stored."
    return server.trouble


def totals(server: Server) -> dict[str, int]:
    """How many datasets, samples, turns and images the workspace holds."""
    return cache.recall(server.workspace.store, "totals", datasets.totals, patient=server.scoring, topics=("samples",))
