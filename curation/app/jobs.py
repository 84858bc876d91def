"""Work behind the pages that people wait for: imports one after the other, everything else at once."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from curation.importing import importer
from curation.importing.options import ImportOptions
from scoring.addresses import FilePlace
from scoring.remote_files import RemoteError
from storage import disk

IMPORT = "import"
DATASET = "dataset"
"""What is done with a dataset after its import; it waits for imports, and imports for it."""
OPEN_STATES = ("waiting", "running")
"""States of a job that has not ended."""
REMEMBERED = 100
"""Ended jobs that are still listed."""


@dataclass
class Job:
    """A background import or export; `message` says what came of it, `doing` what is done to `rows` just now.

    `state` is waiting (for the imports before it), running, done, failed, or asks while somebody has to choose one of
    `choices`, and answered from then on. A file that names several datasets gives a report for each. `mappable` says
    that an import failed as its columns are not known, and `source` what it is of.
    """

    number: int
    title: str
    kind: str = IMPORT
    doing: str = ""
    state: str = "running"
    rows: int = 0
    share: float = 0.0
    started: float = field(default_factory=time.monotonic)
    message: str = ""
    reports: tuple[importer.ImportReport, ...] = ()
    choices: tuple[str, ...] = ()
    mappable: bool = False
    source: tuple[FilePlace, ImportOptions] | None = None
    again: Callable[[str], Job] | None = None
    request: Hashable = None

    @property
    def is_open(self) -> bool:
        """True while the job waits or runs."""
        return self.state in OPEN_STATES

    @property
    def eta_seconds(self) -> float | None:
        """Seconds left at the present speed; None before there is one."""
        elapsed = time.monotonic() - self.started
        return elapsed / self.share - elapsed if self.state == "running" and 0.01 < self.share < 1 else None


Work = Callable[[Job], None]
"""Does a job, writing its progress and its message into it."""


class Jobs:
    """The jobs of one server. Imports wait for each other, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._imports: queue.SimpleQueue[tuple[Job, Work] | None] = queue.SimpleQueue()
        threading.Thread(target=self._import_in_turn, name="winnow-imports", daemon=True).start()

    def listing(self) -> list[Job]:
        """Every job that is remembered, oldest first."""
        with self._lock:
            return list(self._jobs)

    def import_in_turn(
        self,
        title: str,
        request: Hashable,
        work: Work,
        again: Callable[[str], Job] | None = None,
        kind: str = IMPORT,
    ) -> Job:
        """Queues an import, or another act on datasets; the same request, while it waits or runs, starts nothing.

        Args:
            title: Title of the job on the pages.
            request: What the import is of; equal requests are the same.
            work: Does the import.
            again: Starts the import once more by one of its choices; None where it cannot ask.
            kind: IMPORT or DATASET.

        Returns:
            The new job, or the one that waits or runs already.
        """
        with self._lock:
            same = self._open_job(request)
            if same is not None:
                return same
            job = Job(next(self._numbers), title, kind, state="waiting", again=again, request=request)
            self._remember(job)
        self._imports.put((job, work))
        return job

    def at_once(self, title: str, kind: str, request: Hashable, work: Work) -> Job:
        """Starts other work in a thread of its own; the same request of its kind, while it runs, starts nothing.

        Args:
            title: Title of the job on the pages.
            kind: Kind of work, such as "export".
            request: What the work is of; equal requests of a kind are the same.
            work: Does the work.

        Returns:
            The new job, or the one that runs already.
        """
        with self._lock:
            same = self._open_job((kind, request))
            if same is not None:
                return same
            job = Job(next(self._numbers), title, kind, request=(kind, request))
            self._remember(job)
        threading.Thread(target=_perform, args=(job, work), name=f"winnow-job-{job.number}", daemon=True).start()
        return job

    def open_job(self, request: Hashable) -> Job | None:
        """The job of a request while it waits or runs, None where there is none; other work's is (kind, request)."""
        with self._lock:
            return self._open_job(request)

    def answer(self, job: Job, choice: str) -> Job | None:
        """Goes on with an import that asks.

        Args:
            job: The import.
            choice: One of its choices.

        Returns:
            The job that goes on; None when the import does not ask (any more).
        """
        with self._lock:
            if job.state != "asks" or choice not in job.choices or job.again is None:
                return None
            job.state = "answered"
        return job.again(choice)

    def dismiss(self, job: Job) -> None:
        """Forgets a job that has ended; one that goes on stays."""
        with self._lock:
            if job in self._jobs and not job.is_open:
                self._jobs.remove(job)

    def close(self) -> None:
        """Ends the queue after the import that is running, if any."""
        self._imports.put(None)

    def _open_job(self, request: Hashable) -> Job | None:
        return next((job for job in self._jobs if job.is_open and job.request == request), None)

    def _remember(self, job: Job) -> None:
        self._jobs.append(job)
        ended = [candidate for candidate in self._jobs if not candidate.is_open and candidate.state != "asks"]
        for old_job in ended[: max(0, len(ended) - REMEMBERED)]:
            self._jobs.remove(old_job)

    def _import_in_turn(self) -> None:
        while queued := self._imports.get():
            job, work = queued
            job.state, job.started = "running", time.monotonic()
            _perform(job, work)
            del queued, job, work  # while the thread waits it must not keep the workspace alive


def _perform(job: Job, work: Work) -> None:
    try:
        work(job)
        job.state, job.share = "done", 1.0
    except importer.ImportFailedError as error:
        job.choices, job.mappable, job.message = error.choices, error.mappable, str(error)
        job.state = "asks" if error.choices and job.again else "failed"
    except RemoteError as error:
        job.state, job.message = "failed", str(error)
    except OSError as error:
        job.state, job.message = "failed", disk.explained(error, error.filename or "the workspace")
    except Exception as error:  # shown to the user on the page that watches the job
        job.state, job.message = "failed", str(error) or type(error).__name__
