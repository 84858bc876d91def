"""The worker process: a plan in, result shards out. `python -m scoring.worker RUN_FOLDER SHARE OF`.

Several workers may share a plan: worker SHARE of OF takes every OF-th batch. A worker ends when the plan
is done, when the folder holds a `stop` file, or when its owner is gone; while it holds a `pause` file it waits.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from scoring import limits, registry, shard, work
from scoring.compute import FailedFeature, ItemOutcome, Scorers, items_for, number_of
from scoring.damage import machine_error, raise_machine_error
from scoring.inputs import StoredFeature
from scoring.item import Image, Item, Sample, TurnItem
from scoring.limits import Call, CallLimit
from scoring.metric import Feature, FeatureValues, Postponed, Unavailable, not_installed
from scoring.shard import DATA, FLAGS, GROUPS, POINTS, SCORES, VECTORS, VOTES, ShardError, flag_row, vote_row
from scoring.work import PlannedColumn, ScoringPlan, WorkList

BATCH = 64
SHARD_SECONDS = 1.5
SHARD_ROWS = 100_000
PAUSE_SECONDS = 0.2


@dataclass
class Status:
    """What a worker says about itself, rewritten at every heartbeat.

    Times are of the machine's monotonic clock, which all its processes share and nobody sets back.
    """

    pid: int
    state: str = "loading"
    done: int = 0
    failed: int = 0
    total: int = 0
    started: float = field(default_factory=time.monotonic)
    heartbeat: float = field(default_factory=time.monotonic)
    busy_seconds: float = 0.0
    doing: str = ""
    detail: str = ""
    unavailable: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[float]] = field(default_factory=dict)
    """By column: items done, items failed, and the seconds in which it was among what was done."""

    def did(self, name: str, items: int, failed: int = 0) -> None:
        """Counts items of a column.

        Args:
            name: The column.
            items: How many were done.
            failed: How many of them failed.
        """
        self.done += items
        self.failed += failed
        counts = self.columns.setdefault(name, [0, 0, 0.0])
        counts[0] += items
        counts[1] += failed

    def worked(self, names: Iterable[str], seconds: float) -> None:
        """Counts seconds of work.

        Args:
            names: The columns that the work was on; each gets all of the seconds.
            seconds: By the clock.
        """
        self.busy_seconds += seconds
        for name in names:
            self.columns.setdefault(name, [0, 0, 0.0])[2] += seconds


class Stopped(Exception):
    """The owner asked to stop, or is gone."""


class Worker:
    """Runs one share of a plan."""

    def __init__(self, folder: Path, share: int, of: int) -> None:
        self.folder, self.share, self.of = folder, share, of
        self.plan: ScoringPlan = work.read_plan(folder)
        self.status = Status(pid=os.getpid())
        self._owner = os.getppid()
        self._rows: dict[str, list[shard.ShardRow]] = {}
        self._sequence = 0
        self._flushed = time.monotonic()
        self._notes = limits.Notes(folder, share)
        self._place = (0, 0)
        """The part and the batch that come next, or are at work."""
        self._go_on()

    def run(self) -> None:
        """Works until the plan is done; what was computed is in shards whatever happens."""
        try:
            for number, part in enumerate(self.plan.parts[self._place[0] :], self._place[0]):
                self._place = (number, self._place[1] if number == self._place[0] else 0)
                self._stage(part) if part.stage else self._part(part)
            self._place = (len(self.plan.parts), 0)
            self._flush()
            self.status.state = "done"
        except Stopped:
            self._flush()
            self.status.state = "stopped"
        except ShardError as error:
            self.status.state, self.status.detail = "failed", _storage_trouble(error)
        except OSError as error:
            if machine_error(error) is None:
                raise
            self.status.state, self.status.detail = "failed", _machine_trouble(error)
        self.beat()

    def beat(self) -> None:
        """Rewrites the status file in one step."""
        self.status.heartbeat = time.monotonic()
        path = self.folder / f"status-{self.share}.json"
        part = path.with_suffix(".part")
        try:
            part.write_bytes(orjson.dumps(asdict(self.status)))
            part.replace(path)
        except OSError:  # a full disk must not hide the trouble that is about to be reported
            part.unlink(missing_ok=True)

    def _part(self, part: WorkList) -> None:
        self.status.doing = ", ".join(column.name for column in (*part.features, *part.metrics))
        self.beat()
        inputs = {name: StoredFeature(self.folder, name).of for name in part.inputs}
        scorers = Scorers(part.metrics, part.features, inputs, self._limit)
        self.status.unavailable |= scorers.unavailable
        if len(scorers.unavailable) == part.columns:
            return
        self.status.state = "running"
        self.beat()
        present = [column.name for column in (*part.features, *part.metrics) if column.name not in scorers.unavailable]
        batches = work.batches(self.folder / part.file, part.kind, BATCH, self.plan)
        number, first = self._place
        for index, items in enumerate(batches):
            if index % self.of == self.share and index >= first:
                self._obey()
                started = time.monotonic()
                self._batch(items, part, scorers)
                self.status.worked(present, time.monotonic() - started)
                self._place = (number, index + 1)
                self._flush_when_due()

    def _limit(self, name: str, seconds: float | None) -> CallLimit:
        return CallLimit(seconds, Call(*self._place, name, None), self._notes)

    def _batch(self, items: Sequence[Sample] | Sequence[Image], part: WorkList, scorers: Scorers) -> None:
        for column in part.features:
            if column.name not in scorers.unavailable:
                feature = registry.features()[column.name]
                subjects = items_for(feature.subject, items)
                self._keep_feature(feature, subjects, column, scorers.feature(subjects, column) if subjects else [])
                self.status.did(column.name, len(items))
        caches: dict[str, dict[str, list[object]]] = {}
        for column in part.metrics:
            if column.name not in scorers.unavailable:
                subject = registry.metrics()[column.name].subject
                subjects = items_for(subject, items)
                if subjects:
                    self._keep(
                        subject, subjects, column, scorers.score(subjects, column, caches.setdefault(subject, {}))
                    )
                self.status.did(column.name, len(items))

    def _keep_feature(
        self, feature: Feature, items: Sequence[Item], column: PlannedColumn, values: FeatureValues
    ) -> None:
        """A feature's value goes into its own table; a row among the scores says that it is there, or why not."""
        run_no = self.plan.run_no
        for item, value in zip(items, values, strict=True):
            number = number_of(item)
            key = (feature.subject, number, column.name, column.version)
            if isinstance(value, FailedFeature):
                self.status.did(column.name, 0, failed=1)
                self._add(SCORES, (*key, None, None, value.message[:1000], run_no))
                continue
            self._add(SCORES, (*key, None, None, None, run_no))
            if feature.stored == "vector":
                self._add(VECTORS, (column.name, column.version, number, value.tolist(), run_no))
            else:
                self._add(DATA, (column.name, column.version, number, orjson.dumps(value).decode(), run_no))

    def _keep(self, subject: str, items: Sequence[Item], column: PlannedColumn, results: Sequence[ItemOutcome]) -> None:
        run_no = self.plan.run_no
        postponed = self._postponed(column, items, results)
        for item, result in zip(items, results, strict=True):
            if isinstance(result, Postponed) or _sample_of(item) in postponed:
                continue
            number = number_of(item)
            key = (subject, number, column.name, column.version)
            if isinstance(result, str):
                self.status.did(column.name, 0, failed=1)
                self._add(SCORES, (*key, None, None, result[:1000], run_no))
                continue
            self._add(SCORES, (*key, result.value, result.label, None, run_no))
            for flag in result.flags:
                self._add(
                    FLAGS,
                    flag_row(flag, _sample_of(item), subject, number, column.name, column.version, run_no),
                )
            if isinstance(item, TurnItem):
                for vote in result.votes:
                    sample_no = item.sample.sample_no
                    self._add(VOTES, vote_row(vote, sample_no, number, column.name, column.version, run_no))

    def _postponed(
        self, column: PlannedColumn, items: Sequence[Item], results: Sequence[ItemOutcome]
    ) -> set[int | None]:
        """Samples of which a turn is left for the next run: no turn of theirs is stored, or none would be taken."""
        reasons = [(item, result) for item, result in zip(items, results, strict=True) if isinstance(result, Postponed)]
        if reasons:
            self.status.unavailable[column.name] = str(reasons[0][1])
        return {_sample_of(item) for item, _ in reasons} - {None}

    def _stage(self, part: WorkList) -> None:
        """A stage looks at everything at once, so only the first worker runs it."""
        if self.share != 0 or part.stage is None:
            return
        column, run_no = part.stage, self.plan.run_no
        self.status.state, self.status.doing = "running", column.name
        seen, since = 0, time.monotonic()

        def progress(share: float) -> None:
            nonlocal seen, since
            items, now = max(seen, int(min(share, 1.0) * part.count)), time.monotonic()
            self.status.did(column.name, items - seen)
            self.status.worked([column.name], now - since)
            seen = items
            self._obey()
            since = time.monotonic()

        module = registry.stage_modules()[column.name]
        params = {**module.STAGE.running, **module.STAGE.params, **column.params}
        try:
            result = module.run(self.folder / part.file, params, progress)
        except (Stopped, ShardError):
            raise
        except (Unavailable, Postponed) as reason:
            self.status.unavailable[column.name] = str(reason)
            return
        except Exception as error:  # a stage that breaks must not take the metrics' results with it
            raise_machine_error(error)
            self.status.unavailable[column.name] = (
                not_installed(error) if isinstance(error, ModuleNotFoundError) else f"{type(error).__name__}: {error}"
            )
            return
        self.status.worked([column.name], time.monotonic() - since)
        version = column.version
        for number, value in result.values.items():
            label = result.labels.get(number)
            self._add(SCORES, ("sample", number, column.name, version, value, label, None, run_no))
        for number, flag in result.flags:
            self._add(FLAGS, flag_row(flag, number, "sample", number, column.name, version, run_no))
        for point in result.points:
            position = (point.sample_no, point.x, point.y, point.cluster)
            self._add(POINTS, (column.name, version, *position, run_no))
        for member in result.members:
            self._add(GROUPS, (run_no, member.group, member.sample_no, member.keep, member.relation))
        self.status.did(column.name, part.count - seen)
        self._flush()

    def _add(self, table: str, row: shard.ShardRow) -> None:
        self._rows.setdefault(table, []).append(row)

    def _flush_when_due(self) -> None:
        rows = sum(len(table) for table in self._rows.values())
        if rows >= SHARD_ROWS or time.monotonic() - self._flushed > SHARD_SECONDS:
            self._flush()

    def _flush(self) -> None:
        self._notes.end()
        if self._rows:
            shard.write(self.folder / work.SHARDS, f"{self.share:02d}-{self._sequence:06d}", self._rows)
            self._sequence += 1
            self._rows = {}
        self._flushed = time.monotonic()
        self._note_stored()
        self.beat()

    def _note_stored(self) -> None:
        """Notes how far shards reach, for a worker that has to go on here. Raises ShardError as shards do."""
        stored = {"place": self._place, "sequence": self._sequence, "status": asdict(self.status)}
        path = self.folder / f"stored-{self.share}.json"
        try:
            path.with_suffix(".part").write_bytes(orjson.dumps(stored))
            path.with_suffix(".part").replace(path)
        except OSError as error:
            raise ShardError(str(error)) from error

    def _go_on(self) -> None:
        """Goes on behind what a worker stored that had this share before and was killed."""
        path = self.folder / f"stored-{self.share}.json"
        if path.exists():
            stored = orjson.loads(path.read_bytes())
            self._place, self._sequence = tuple(stored["place"]), stored["sequence"]
            self.status = Status(**stored["status"] | {"pid": os.getpid()})

    def _obey(self) -> None:
        """Waits while paused; raises Stopped when asked to or when the owner died."""
        while True:
            if (self.folder / work.STOP).exists() or os.getppid() != self._owner:
                raise Stopped
            if not (self.folder / work.PAUSE).exists():
                break
            if self.status.state != "paused":
                self._flush()
                self.status.state = "paused"
            self.beat()
            time.sleep(PAUSE_SECONDS)
        self.status.state = "running"
        if time.monotonic() - self.status.heartbeat > 1:
            self.beat()


def _sample_of(item: Item) -> int | None:
    if isinstance(item, TurnItem):
        return item.sample.sample_no
    return item.sample_no if isinstance(item, Sample) else None


def _storage_trouble(error: ShardError) -> str:
    return f"Results could not be written: {error}. What was stored before is kept; free some space and resume."


def _machine_trouble(error: OSError) -> str:
    return f"The machine refused to go on: {error.strerror}. What was stored before is kept; mend that and resume."


_COLLECT_AFTER = 50_000
"""New objects after which Python looks for cycles: a long text gives hundreds of thousands of small results without
one, and to look after every 700 took a third of the time."""


def main(arguments: Sequence[str], make: Callable[[Path, int, int], Worker] = Worker) -> int:
    """Runs the worker process.

    Args:
        arguments: The run's folder, this worker's number from 0, and how many workers there are.
        make: Makes the worker.

    Returns:
        The exit code: 0 when the share is done or was stopped.
    """
    folder, share, of = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    worker = make(folder, share, of)
    gc.set_threshold(_COLLECT_AFTER)
    try:
        worker.run()
    except KeyboardInterrupt:
        return 1
    except Exception as error:
        worker.status.state, worker.status.detail = "failed", f"{type(error).__name__}: {error}"
        worker.beat()
        raise
    return 0 if worker.status.state in ("done", "stopped") else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
