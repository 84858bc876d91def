"""Scoring in a background thread: one run after the other, as long as something is missing that can be computed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from curation.runs.run_progress import RunProgress
from curation.runs.scoring_run import RepeatedItems, ScoringRun
from curation.workspace import Workspace, WorkspaceError, metric_settings

STEP_SECONDS = 0.3
TROUBLE_SECONDS = 3.0
"""How long the thread waits before it tries again what the disk refused."""
STOP_SECONDS = 5.0
"""How long workers may take to end when the server closes; then they are killed."""


@dataclass(frozen=True)
class ScoringRequest:
    """What was asked for: everything that is missing, also what failed where `retry_failed`, and `again` once more."""

    retry_failed: bool = False
    again: RepeatedItems = field(default_factory=dict)

    def joined(self, later: ScoringRequest) -> ScoringRequest:
        """Both requests in one."""
        again = dict(self.again)
        for name, numbers in later.again.items():
            again[name] = np.union1d(again.get(name, np.empty(0, dtype=np.int32)), numbers)
        return ScoringRequest(self.retry_failed or later.retry_failed, again)


@dataclass(frozen=True)
class Resting:
    """Nothing is computed; `run` was the last one, None before the first."""

    run: ScoringRun | None = None


@dataclass(frozen=True)
class Planning:
    """A run is about to start; `run` was the one before it."""

    run: ScoringRun | None


@dataclass(frozen=True)
class Running:
    """A run goes on."""

    run: ScoringRun


@dataclass(frozen=True)
class Following:
    """A run is done, and what it made possible is looked at next."""

    run: ScoringRun


ScoringState: TypeAlias = Resting | Planning | Running | Following


class BackgroundScoring:
    """The scoring of one workspace, in a thread that ends when `closing` is set."""

    def __init__(self, workspace: Workspace, closing: threading.Event) -> None:
        self.trouble = ""
        """Why scoring waits although something is missing; empty while it does not."""
        self._workspace = workspace
        self._closing = closing
        self._state: ScoringState = Resting()
        self._asked: ScoringRequest | None = None
        self._stepping, self._asking = threading.RLock(), threading.Lock()
        self._thread = threading.Thread(target=self._loop, name="winnow-scoring", daemon=True)
        self._thread.start()

    @property
    def progress(self) -> RunProgress | None:
        """Where the present or the last run is; None before the first."""
        run = self._state.run
        return run.progress if run else None

    @property
    def busy(self) -> bool:
        """True while a run goes on or is about to start."""
        return self._asked is not None or not isinstance(self._state, Resting)

    @property
    def paused(self) -> bool:
        """True when the present run was asked to pause."""
        run = self._running
        return run is not None and run.paused

    def ask(self, request: ScoringRequest) -> None:
        """Asks for a run; harmless while one goes on, after which the next one starts."""
        with self._asking:
            self._asked = self._asked.joined(request) if self._asked else request

    def stop_run(self) -> None:
        """Ends the present run after its batch; what it computed is kept."""
        with self._stepping:
            if run := self._running:
                run.ask_to_stop()

    def pause(self) -> None:
        """Pauses the present run."""
        with self._stepping:
            if run := self._running:
                run.pause()

    def resume(self) -> None:
        """Lets a paused run go on, or asks for a new one over what is missing."""
        with self._stepping:
            if run := self._running:
                run.resume()
            else:
                self.ask(ScoringRequest())

    def wait(self) -> None:
        """Waits for the thread, which ends soon after `closing` was set."""
        self._thread.join()

    def close(self) -> None:
        """Stops the present run cleanly; what a full disk refuses waits in the spool."""
        with self._stepping, contextlib.suppress(WorkspaceError, OSError):
            if run := self._running:
                run.stop(seconds=STOP_SECONDS)

    @property
    def _running(self) -> ScoringRun | None:
        state = self._state
        return state.run if isinstance(state, Running) and not state.run.ended else None

    def _loop(self) -> None:
        while not self._closing.is_set() and not self._workspace.store.is_read_only:
            try:
                with self._stepping:
                    self._step()
                self.trouble = ""
            except (WorkspaceError, OSError) as error:  # a full disk, say: what was computed waits in the spool
                self.trouble = str(error)
                self.ask(ScoringRequest())
            self._closing.wait(TROUBLE_SECONDS if self.trouble else STEP_SECONDS)

    def _step(self) -> None:
        state = self._state
        if isinstance(state, Running):
            state.run.step()
            if state.run.ended:
                self._state = Following(state.run) if state.run.progress.state == "done" else Resting(state.run)
        elif self._asked or isinstance(state, Following):
            self._start_run(state)
        elif any(folder.is_dir() for folder in self._workspace.spool.glob("*run-*")):
            self.ask(ScoringRequest())  # an owner died in the middle of a run: go on with it

    def _start_run(self, before: ScoringState) -> None:
        """Starts on what was asked for; after a run, on what that run made possible, less what it could not load."""
        self._state = Planning(before.run)  # before the request is taken, so that `busy` does not blink
        request = self._take_request()
        unavailable = before.run.progress.unavailable if before.run and request is None else {}
        following: ScoringState = Resting(before.run)
        try:
            run = self._planned(request or ScoringRequest(), unavailable)
            if not run.ended:
                following = Running(run)
            elif before.run is None:
                following = Resting(run)
        except (WorkspaceError, OSError):
            if request:
                self.ask(request)
            raise
        finally:
            self._state = following

    def _take_request(self) -> ScoringRequest | None:
        with self._asking:
            request, self._asked = self._asked, None
        return request

    def _planned(self, request: ScoringRequest, unavailable: Mapping[str, str]) -> ScoringRun:
        active = metric_settings.active(self._workspace)
        columns = {name: column for name, column in active.items() if name not in unavailable}
        if request.again:
            columns |= metric_settings.named(self._workspace, list(request.again))
        return ScoringRun(self._workspace, columns, retry_failed=request.retry_failed, again=request.again)
