"""One pass of background scoring, seen from the owner: plan, spawn workers, ingest shards, recover after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from curation.common import heap, program
from curation.runs import run_progress
from curation.runs.run_progress import RunProgress
from curation.workspace import Workspace, metric_settings
from curation.workspace.score_columns import Column
from scoring import limits, registry, shard, work
from scoring.arrays import Numbers
from scoring.work import PlannedColumn, ScoringPlan, WorkList
from storage import features, runs, scores, worklist

WORKER = ("-m", "scoring.worker")
_DEAD = ".dead-"
WORKER_BYTES = 1 << 30
"""Memory that is reckoned with for a worker of built-in metrics, vectors included."""
MOST_WITH_MODELS = 4
RepeatedItems = Mapping[str, Numbers]
"""Items to compute once more though they have a row, by column: images, or samples for the other subjects."""


_followed: dict[Path, set[int]] = {}
"""Numbers of the runs that this process follows, by the workspace's folder."""


def followed(workspace: Workspace) -> set[int]:
    """Numbers of the runs of the workspace that this process follows."""
    return set(_followed.get(workspace.folder, ()))


def usual_jobs(columns: Mapping[str, Column]) -> int:
    """How many workers score where nobody says: one per core, as far as the machine's memory holds them.

    Every worker loads each model for itself, so that models get few.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    has_models = any(not column.builtin for column in columns.values())
    return max(1, min(cores, memory // WORKER_BYTES, MOST_WITH_MODELS if has_models else cores))


class ScoringRun:
    """Scores everything that the columns still miss. Call `step()` often until it says the run has ended."""

    def __init__(
        self,
        workspace: Workspace,
        columns: Mapping[str, Column],
        *,
        retry_failed: bool = False,
        again: RepeatedItems | None = None,
        jobs: int | None = None,
    ) -> None:
        self.workspace = workspace
        self.jobs = jobs or usual_jobs(columns)
        self._workers: list[subprocess.Popen[bytes]] = []
        recover(workspace)
        missing = missing_now(workspace, columns, retry_failed, again)
        self.run_no = 0
        self.progress = RunProgress(0, "done")
        self._closed = not missing
        if missing:
            self._start(columns, missing)

    @property
    def ended(self) -> bool:
        """True when no more work will be done in this run."""
        return self._closed

    def step(self) -> RunProgress:
        """Stores what the workers have finished and looks at how they are; closes the run when they ended."""
        if self.ended:
            return self.progress
        alive = [worker for worker in self._workers if worker.poll() is None]
        self._replace_hung()
        self._ingest()
        self.progress = run_progress.read(self.run_no, self.folder, self._plan, self.jobs)
        if not alive:
            self._finish()
        return self.progress

    def _replace_hung(self) -> None:
        """Kills workers that no signal wakes from an item, and starts others that leave that item out.

        A worker is halted before it is looked at a last time: one that has just moved on goes on.
        """
        for share, worker in enumerate(self._workers):
            notes = limits.Notes(self.folder, share)
            call = notes.present()
            if call is None or not call.overdue(worker.pid) or worker.poll() is not None:
                continue
            worker.send_signal(signal.SIGSTOP)
            if notes.present() != call:
                worker.send_signal(signal.SIGCONT)
                continue
            worker.kill()
            worker.wait()
            notes.add_hung(call)
            notes.end()
            self._workers[share] = self._spawn(share)

    def pause(self) -> None:
        """Makes the workers wait after their present batch."""
        (self.folder / work.PAUSE).touch()

    def resume(self) -> None:
        """Lets paused workers go on."""
        (self.folder / work.PAUSE).unlink(missing_ok=True)

    @property
    def paused(self) -> bool:
        """True when a pause was asked for."""
        return (self.folder / work.PAUSE).exists()

    def ask_to_stop(self) -> None:
        """Makes the workers end after their present batch; `step` then closes the run."""
        (self.folder / work.STOP).touch()

    def stop(self, seconds: float = 30.0) -> RunProgress:
        """Ends the run after the present batch and keeps what was computed; kills a worker that does not answer."""
        self.ask_to_stop()
        deadline = time.monotonic() + seconds
        while not self.ended:
            self.step()
            if time.monotonic() > deadline:
                self.kill()
            time.sleep(0.05)
        return self.progress

    def kill(self) -> None:
        """Ends the workers at once; the shards in flight are lost, nothing else."""
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _start(self, columns: Mapping[str, Column], missing: Mapping[str, Numbers]) -> None:
        store = self.workspace.store
        metric_settings.use_versions(self.workspace)
        self.run_no = runs.create(store, 0)
        _followed.setdefault(self.workspace.folder, set()).add(self.run_no)
        self.folder = self.workspace.spool / f"run-{self.run_no:06d}"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / work.SHARDS).mkdir(parents=True)
        plan = _write_work(self.workspace, self.folder, self.run_no, columns, missing)
        work.write_plan(self.folder, plan)
        self._plan, self.total = plan, plan.total
        self.progress = RunProgress(self.run_no, "loading", total=self.total)
        self._workers = [self._spawn(share) for share in range(self.jobs)]

    def _spawn(self, share: int) -> subprocess.Popen[bytes]:
        environment = heap.without(os.environ) | {"PYTHONPATH": str(program.ROOT), "TOKENIZERS_PARALLELISM": "false"}
        if self.jobs > 1:
            environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with (self.folder / f"worker-{share}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *WORKER, str(self.folder), str(share), str(self.jobs)],
                cwd=program.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _ingest(self) -> None:
        for path in shard.waiting(self.folder / work.SHARDS):
            _ingest_one(self.workspace, self.folder.name, self.run_no, path)

    def _finish(self) -> None:
        self._ingest()
        progress = self.progress
        if progress.state not in ("done", "stopped", "failed"):
            codes = ", ".join(str(worker.returncode) for worker in self._workers)
            log = _tail(self.folder / "worker-0.log")
            detail = f"A worker ended without finishing (exit code {codes}). {log}".strip()
            progress = replace(progress, state="failed", detail=detail, rate=0.0, eta_seconds=None, stalled=False)
        runs.finish(self.workspace.store, self.run_no, progress.state, progress.detail, progress.unavailable)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.workspace.store.checkpoint()
        self.progress = progress
        self._closed = True
        _followed[self.workspace.folder].discard(self.run_no)


def recover(workspace: Workspace) -> int:
    """Takes over what runs of a dead owner left: stores their whole shards, closes them; returns how many shards.

    The folder is renamed first, so a worker that is still alive can write nothing more into it.
    """
    spool, stored = workspace.spool, 0
    spool.mkdir(parents=True, exist_ok=True)
    for folder in sorted(spool.glob("run-*")):
        folder.rename(folder.with_name(_DEAD + folder.name))
    for folder in sorted(spool.glob(f"{_DEAD}run-*")):
        name = folder.name.removeprefix(_DEAD)
        for path in shard.waiting(folder / work.SHARDS):
            stored += _ingest_one(workspace, name, int(name.removeprefix("run-")), path)
        shutil.rmtree(folder, ignore_errors=True)
    for run_no in runs.unfinished(workspace.store):
        runs.finish(workspace.store, run_no, "stopped", "The program ended during this run.", {})
    return stored


def _ingest_one(workspace: Workspace, run_name: str, run_no: int, path: Path) -> int:
    frames = {table: shard.read(path, table) for table in shard.SCHEMAS}
    tables = {table: frame for table, frame in frames.items() if frame is not None}
    stored = runs.ingest(workspace.store, f"{run_name}/{path.name}", run_no, tables)
    shutil.rmtree(path, ignore_errors=True)
    return int(stored)


def missing_now(
    workspace: Workspace, columns: Mapping[str, Column], retry_failed: bool = False, again: RepeatedItems | None = None
) -> dict[str, Numbers]:
    """Finds the items that can be computed now: a column whose features are incomplete has to wait.

    Args:
        workspace: Open workspace.
        columns: What to score, by name.
        retry_failed: Whether items that failed before count as missing.
        again: Items that count as missing though they have a row.

    Returns:
        Numbers of images, or of samples for the other subjects, by column; without columns that miss nothing.
    """
    missing = {name: _missing(workspace, column, retry_failed) for name, column in columns.items()}
    for name in set(again or ()) & set(missing):
        missing[name] = np.union1d(missing[name], (again or {})[name]).astype(missing[name].dtype)
    return {
        name: numbers
        for name, numbers in missing.items()
        if len(numbers) and all(need in missing and not len(missing[need]) for need in columns[name].needs)
    }


def _missing(workspace: Workspace, column: Column, retry_failed: bool) -> Numbers:
    return scores.missing(
        workspace.store,
        column.subject,
        column.name,
        column.version,
        evidence=column.evidence,
        retry_failed=retry_failed,
    )


def _write_work(
    workspace: Workspace, folder: Path, run_no: int, columns: Mapping[str, Column], missing: Mapping[str, Numbers]
) -> ScoringPlan:
    """Work lists for items that miss the same columns, and one of everything for the stages."""
    parts: list[WorkList] = []
    tell = partial(_worker_column, workspace, folder)
    for kind, subjects in (("images", ("image",)), ("samples", ("turn", "sample"))):
        missing_of_kind = {
            n: missing[n] for n in missing if columns[n].subject in subjects and columns[n].kind != "stage"
        }
        for numbers, names in _same_metrics(missing_of_kind):
            file = f"work-{len(parts)}.parquet"
            write = worklist.write_images if kind == "images" else worklist.write_samples
            write(workspace.store, numbers, folder / file)
            parts.append(_part(file, kind, len(numbers), [columns[name] for name in names], tell))
    stages = [columns[name] for name in missing if columns[name].kind == "stage"]
    if stages:
        everything = worklist.all_samples(workspace.store)
        worklist.write_samples(workspace.store, everything, folder / "everything.parquet")
        parts += [
            WorkList("everything.parquet", "samples", len(everything), stage=tell(stage), inputs=stage.needs)
            for stage in stages
        ]
    for name in {name for part in parts for name in part.inputs}:
        stored = registry.features()[name].stored
        features.write(workspace.store, name, columns[name].version, stored, folder / work.input_file(name))
    vocabularies = {number: tuple(names) for number, names in worklist.vocabularies(workspace.store).items()}
    return ScoringPlan(run_no, tuple(parts), vocabularies)


def _part(file: str, kind: str, count: int, members: list[Column], tell: Callable[[Column], PlannedColumn]) -> WorkList:
    metrics = [column for column in members if column.kind == "metric"]
    return WorkList(
        file,
        kind,
        count,
        metrics=tuple(tell(column) for column in metrics),
        features=tuple(tell(column) for column in members if column.kind == "feature"),
        inputs=tuple(sorted({need for column in metrics for need in column.needs})),
    )


def _same_metrics(missing: Mapping[str, Numbers]) -> list[tuple[Numbers, list[str]]]:
    """Numbers that miss the same set of metrics, with that set."""
    if not missing:
        return []
    names = list(missing)
    masks = np.zeros(1 + max(int(numbers.max()) for numbers in missing.values()), dtype=np.int64)
    for bit, name in enumerate(names):
        masks[missing[name]] |= 1 << bit
    groups: list[tuple[Numbers, list[str]]] = []
    for mask in np.unique(masks[masks > 0]).tolist():
        members = [name for bit, name in enumerate(names) if mask >> bit & 1]
        groups.append((np.flatnonzero(masks == mask).astype(np.int32), members))
    return groups


def _worker_column(workspace: Workspace, folder: Path, column: Column) -> PlannedColumn:
    """What the worker is told; places that the user left open are the workspace's and the run's."""
    paths = {
        "cache": workspace.answers, "budget": folder / "budget", "fingerprints": workspace.evaluation_sets,
    }  # fmt: skip
    params = {
        name: str(paths[name]) if name in paths and value == "" else value for name, value in column.params.items()
    }
    return PlannedColumn(column.name, column.version, params)


def _tail(path: Path, characters: int = 400) -> str:
    try:
        return path.read_text(errors="replace")[-characters:].strip()
    except OSError:
        return ""
