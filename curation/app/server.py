"""What runs behind the pages: the open workspace, its jobs, and scoring in a background thread.

One per server process: `start(folder)` when the server comes up, `current()` from pages and routes.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from curation.app.jobs import Job, Jobs
from curation.app.leases import Leases
from curation.common.progress import StepProgress
from curation.exporting import export_folder
from curation.importing import demo, importer
from curation.importing.options import DEFAULTS, ImportOptions
from curation.maps import search
from curation.runs.run_progress import RunProgress
from curation.runs.scoring_run import Again, ScoringRun
from curation.workspace import Workspace, WorkspaceError, metric_settings, open_workspace
from storage import datasets, exports, runs

STEP_SECONDS = 0.3
EXPORTS = 100
"""Exports that are put back at the start if a program died while it replaced them."""
TROUBLE_SECONDS = 3.0
"""How long the server waits before it tries again what the disk refused."""


class Server:
    """Owns the workspace for as long as the server runs."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.trouble = ""
        """Why scoring waits although something is missing; empty while it does not."""
        self._jobs = Jobs()
        self.leases = Leases()
        self._run: ScoringRun | None = None
        self._wanted = False
        self._following = False
        self._starting = False
        self._retry = False
        self._again: dict[str, np.ndarray] = {}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._helpers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._loop, name="winnow-scoring", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> RunProgress | None:
        """Where the present or the last run of this server is; None before the first."""
        return self._run.progress if self._run else None

    @property
    def scoring(self) -> bool:
        """True while a run goes on or is about to start."""
        return self._wanted or self._following or self._starting or (self._run is not None and not self._run.ended)

    @property
    def paused(self) -> bool:
        """True when the present run was asked to pause."""
        return self._run is not None and not self._run.ended and self._run.paused

    def score(self, retry_failed: bool = False) -> None:
        """Asks for everything missing (or failed, if wanted) to be scored; harmless while a run goes on."""
        self._retry = self._retry or retry_failed
        self._wanted = True

    def score_again(self, which: Again) -> None:
        """Asks for these items of these columns once more, whatever came of them before."""
        with self._lock:
            for name, numbers in which.items():
                before = self._again.get(name, np.empty(0, dtype=np.int32))
                self._again[name] = np.union1d(before, numbers)
            self._wanted = True

    def stop_run(self) -> None:
        """Ends the present run after its batch; what it computed is kept, and `score` goes on with the rest."""
        with self._lock:
            if self._run and not self._run.ended:
                self._run.ask_to_stop()

    def pause(self) -> None:
        """Pauses the present run."""
        with self._lock:
            if self._run and not self._run.ended:
                self._run.pause()

    def resume(self) -> None:
        """Lets a paused run go on, or starts a new one over what is missing."""
        with self._lock:
            if self._run and not self._run.ended:
                self._run.resume()
            else:
                self._wanted = True

    @property
    def jobs(self) -> list[Job]:
        """Imports, exports and other background work of this server, oldest first."""
        return self._jobs.listing()

    def import_file(self, path: Path, options: ImportOptions = DEFAULTS) -> Job:
        """Imports a file in the background, after those before it, and scores it.

        The same file with the same options again, while it waits or is being imported, starts nothing.
        """
        return self._import(
            f"Import {path.name}",
            (str(path), repr(options)),
            lambda progress: importer.import_all(self.workspace, path, options, progress=progress),
            lambda name: self.import_file(path, replace(options, format_name=name)),
        )

    def import_demo(self) -> Job:
        """Builds and imports the bundled demo set in the background, then scores it."""
        return self._import(
            "Import the demo set", "demo", lambda progress: [demo.import_into(self.workspace, progress=progress)]
        )

    def answer(self, job: Job, choice: str) -> Job | None:
        """Goes on with an import that asks.

        Args:
            job: The import.
            choice: One of its choices.

        Returns:
            The job that goes on; None when the import does not ask (any more).
        """
        return self._jobs.answer(job, choice)

    def in_background(self, title: str, kind: str, work: Callable[[StepProgress], str]) -> Job:
        """Does other work in a thread.

        Args:
            title: Title of the job on the pages.
            kind: Kind of work, such as "export".
            work: Does the work and returns the message; gets a function to report progress (what, done, all).

        Returns:
            The job, which runs.
        """

        def perform(job: Job) -> None:
            def progress(doing: str, done: int, total: int) -> None:
                job.doing, job.rows, job.share = doing, done, done / max(total, 1)

            job.message = work(progress)

        return self._jobs.at_once(title, kind, perform)

    def wait_for_close(self, seconds: float) -> bool:
        """Waits for so long, or until the server closes; True when it does."""
        return self._closing.wait(seconds)

    def join_at_close(self, thread: threading.Thread) -> None:
        """Waits for the thread before the workspace is given up; it has to end soon after `wait_for_close` says so."""
        self._helpers.append(thread)

    def close(self) -> None:
        """Stops the run cleanly and gives the workspace up."""
        self._closing.set()
        self._thread.join()
        for thread in self._helpers:
            thread.join()
        with self._lock, contextlib.suppress(WorkspaceError, OSError):  # what a full disk refuses waits in the spool
            if self._run and not self._run.ended:
                self._run.stop(seconds=5)
        self._jobs.close()
        search.close(self.workspace)
        self.workspace.close()

    def _import(
        self,
        title: str,
        request: Hashable,
        work: Callable[[importer.ImportProgress], Sequence[importer.ImportReport]],
        again: Callable[[str], Job] | None = None,
    ) -> Job:
        def perform(job: Job) -> None:
            def progress(rows: int, position: int, size: int) -> None:
                job.rows, job.share = rows, position / max(size, 1)

            job.reports = tuple(work(progress))
            job.message = " ".join(map(_summary, job.reports))
            self.score()

        return self._jobs.import_in_turn(title, request, perform, again)

    def _loop(self) -> None:
        while not self._closing.is_set() and not self.workspace.store.is_read_only:
            try:
                with self._lock:
                    self._step()
                self.trouble = ""
            except (WorkspaceError, OSError) as error:  # a full disk, say: what was computed waits in the spool
                self.trouble = str(error)
                self._wanted = True
            self._closing.wait(TROUBLE_SECONDS if self.trouble else STEP_SECONDS)

    def _step(self) -> None:
        if self._run and not self._run.ended:
            self._following = True  # set before the run ends, so that `scoring` does not blink
            self._run.step()
            self._following = not self._run.ended or self._run.progress.state == "done"
        elif self._wanted or self._following:
            self._start_run()
        elif any(folder.is_dir() for folder in self.workspace.spool.glob("*run-*")):
            self._wanted = True  # an owner died in the middle of a run: go on with it

    def _start_run(self) -> None:
        """Starts on what is missing; after a run, on what that run made possible, less what it could not load."""
        self._starting = True  # so that `scoring` does not blink while the work is planned
        before = self._run.progress.unavailable if self._run and not self._wanted else {}
        retry, self._retry, self._wanted, self._following = self._retry, False, False, False
        again, self._again = self._again, {}
        try:
            columns = {n: c for n, c in metric_settings.active(self.workspace).items() if n not in before}
            if again:
                columns |= metric_settings.named(self.workspace, list(again))
            run = ScoringRun(self.workspace, columns, retry_failed=retry, again=again)
            if run.run_no or self._run is None:
                self._run = run
        finally:
            self._starting = False


def _summary(report: importer.ImportReport) -> str:
    if report.already_there:
        return f"{report.dataset} is already here ({report.imported:,} samples); nothing was imported twice."
    rejected = f", {report.rejected:,} rejected" if report.rejected else ""
    return f"{report.dataset}: {report.imported:,} of {report.rows:,} rows imported{rejected}."


_current: Server | None = None
_failure = ""


def start(folder: Path, address: str = "", with_demo: bool = False) -> Server | None:
    """Opens the workspace for this process.

    Args:
        folder: Folder of the workspace, created if it is missing.
        address: Where the server answers, for the message to others who want the workspace.
        with_demo: True imports the demo set into an empty workspace.

    Returns:
        The server; None when the workspace cannot be opened (`current` then raises the reason).
    """
    global _current, _failure
    try:
        workspace = open_workspace(folder, address)
    except WorkspaceError as error:
        _current, _failure = None, str(error)
        return None
    _current, _failure = Server(workspace), ""
    if workspace.store.is_read_only:
        return _current
    for path in exports.newest(workspace.store, EXPORTS)["path"]:
        export_folder.recover(Path(path))
    if runs.unfinished(workspace.store):
        _current.score()
    if with_demo and datasets.listing(workspace.store).is_empty():
        _current.import_demo()
    return _current


def stop() -> None:
    """Closes this process's server, if there is one."""
    global _current
    if _current:
        _current.close()
        _current = None


def current() -> Server:
    """This process's server. Raises WorkspaceError, with the reason, when there is none."""
    if _current is None:
        raise WorkspaceError(_failure or "No workspace is open in this process.")
    return _current
