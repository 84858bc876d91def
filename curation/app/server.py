"""What runs behind the pages: the open workspace, its jobs, and its scoring.

One per server process: `start(folder)` when the server comes up, `current()` from pages and routes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path

from curation.app.background_scoring import BackgroundScoring, ScoringRequest
from curation.app.jobs import DATASET, Job, Jobs
from curation.app.leases import Leases
from curation.common.counts import counted
from curation.common.progress import StepProgress
from curation.exporting import export_folder
from curation.importing import demo, importer
from curation.importing.options import DEFAULTS, ImportOptions
from curation.maps import search
from curation.runs.run_progress import RunProgress
from curation.runs.scoring_run import RepeatedItems
from curation.workspace import Workspace, WorkspaceError, open_workspace
from scoring.addresses import FilePlace
from storage import datasets, exports, removals, runs

EXPORTS = 100
"""Exports that are put back at the start if a program died while it replaced them."""


class Server:
    """Owns the workspace for as long as the server runs."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._jobs = Jobs()
        self.leases = Leases()
        self._closing = threading.Event()
        self._helpers: list[threading.Thread] = []
        self._scoring = BackgroundScoring(workspace, self._closing)

    @property
    def progress(self) -> RunProgress | None:
        """Where the present or the last run of this server is; None before the first."""
        return self._scoring.progress

    @property
    def scoring(self) -> bool:
        """True while a run goes on or is about to start."""
        return self._scoring.busy

    @property
    def paused(self) -> bool:
        """True when the present run was asked to pause."""
        return self._scoring.paused

    @property
    def trouble(self) -> str:
        """Why scoring waits although something is missing; empty while it does not."""
        return self._scoring.trouble

    def score(self, retry_failed: bool = False) -> None:
        """Asks for everything missing (or failed, if wanted) to be scored; harmless while a run goes on."""
        self._scoring.ask(ScoringRequest(retry_failed=retry_failed))

    def score_again(self, which: RepeatedItems) -> None:
        """Asks for these items of these columns once more, whatever came of them before."""
        self._scoring.ask(ScoringRequest(again=which))

    def stop_run(self) -> None:
        """Ends the present run after its batch; what it computed is kept, and `score` goes on with the rest."""
        self._scoring.stop_run()

    def pause(self) -> None:
        """Pauses the present run."""
        self._scoring.pause()

    def resume(self) -> None:
        """Lets a paused run go on, or starts a new one over what is missing."""
        self._scoring.resume()

    @property
    def jobs(self) -> list[Job]:
        """Imports, exports and other background work of this server, oldest first."""
        return self._jobs.listing()

    def import_file(self, path: FilePlace, options: ImportOptions = DEFAULTS) -> Job:
        """Imports a file in the background, after those before it, and scores it.

        The same file with the same options again, while it waits or is being imported, starts nothing.
        """
        job = self._import(
            f"Import {path.name}",
            _request(path, options),
            lambda progress: importer.import_all(self.workspace, path, options, progress=progress),
            lambda name: self.import_file(path, replace(options, format_name=name)),
        )
        job.source = (path, options)
        return job

    def import_demo(self) -> Job:
        """Builds and imports the bundled demo set in the background, then scores it."""
        return self._import(
            "Import the demo set", _DEMO, lambda progress: [demo.import_into(self.workspace, progress=progress)]
        )

    def is_importing(self, path: FilePlace, options: ImportOptions = DEFAULTS) -> bool:
        """True while the import of a file with these options waits or runs."""
        return self._jobs.open_job(_request(path, options)) is not None

    @property
    def is_importing_demo(self) -> bool:
        """True while the import of the demo set waits or runs."""
        return self._jobs.open_job(_DEMO) is not None

    def is_at_work(self, kind: str, request: Hashable) -> bool:
        """True while what `in_background` was asked for is done."""
        return self._jobs.open_job((kind, request)) is not None

    def answer(self, job: Job, choice: str) -> Job | None:
        """Goes on with an import that asks.

        Args:
            job: The import.
            choice: One of its choices.

        Returns:
            The job that goes on; None when the import does not ask (any more).
        """
        return self._jobs.answer(job, choice)

    def dismiss(self, job: Job) -> None:
        """Forgets a job that has ended, so that pages show it no longer."""
        self._jobs.dismiss(job)

    def in_turn(self, title: str, request: Hashable, work: Callable[[StepProgress], str]) -> Job:
        """Does something with a dataset, after the imports before it; what has to be scored then is scored.

        Args:
            title: Title of the job on the pages.
            request: What is done; the same again, while it waits or runs, starts nothing.
            work: Does it and returns the message; gets a function to report progress (what, done, all).

        Returns:
            The job.
        """

        def perform(job: Job) -> None:
            numbering = self.workspace.store.revision(removals.NUMBERS)
            job.message = work(_reporting(job))
            if self.workspace.store.revision(removals.NUMBERS) != numbering:
                self.leases.forget(self.leases.holders())
                self.stop_run()  # its results would be refused
            self.score()

        return self._jobs.import_in_turn(title, request, perform, kind=DATASET)

    def in_background(self, title: str, kind: str, request: Hashable, work: Callable[[StepProgress], str]) -> Job:
        """Does other work in a thread.

        Args:
            title: Title of the job on the pages.
            kind: Kind of work, such as "export".
            request: What is done; the same again, while it runs, starts nothing.
            work: Does the work and returns the message; gets a function to report progress (what, done, all).

        Returns:
            The job, which runs.
        """

        def perform(job: Job) -> None:
            job.message = work(_reporting(job))

        return self._jobs.at_once(title, kind, request, perform)

    def wait_for_close(self, seconds: float) -> bool:
        """Waits for so long, or until the server closes; True when it does."""
        return self._closing.wait(seconds)

    def join_at_close(self, thread: threading.Thread) -> None:
        """Waits for the thread before the workspace is given up; it has to end soon after `wait_for_close` says so."""
        self._helpers.append(thread)

    def close(self) -> None:
        """Stops the run cleanly and gives the workspace up."""
        self._closing.set()
        self._scoring.wait()
        for thread in self._helpers:
            thread.join()
        self._scoring.close()
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


_DEMO = "demo"
"""The request of the demo set."""


def _request(path: FilePlace, options: ImportOptions) -> Hashable:
    return str(path), repr(options)


def _reporting(job: Job) -> StepProgress:
    def progress(doing: str, done: int, total: int) -> None:
        job.doing, job.rows, job.share = doing, done, done / max(total, 1)

    return progress


def _summary(report: importer.ImportReport) -> str:
    if report.already_there:
        return f"{report.dataset} is already here ({counted(report.imported, 'sample')}); nothing was imported twice."
    rejected = f", {report.rejected:,} rejected" if report.rejected else ""
    return f"{report.dataset}: {report.imported:,} of {counted(report.rows, 'row')} imported{rejected}."


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
