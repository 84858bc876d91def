"""Where a run is, put together from what its workers say about themselves in its folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from scoring import limits, work
from scoring.json_types import JsonObject
from scoring.limits import Call
from scoring.work import ScoringPlan

STALLED_SECONDS = 60.0
SLOW_SECONDS = 5.0
"""After which a call that goes on is told, in place of an estimate."""


@dataclass(frozen=True)
class ColumnProgress:
    """One column in a run: `done` of `total` items, items per second, seconds left (None while unknown).

    `state` is now, next, done, or unavailable.
    """

    name: str
    state: str
    done: int
    total: int
    failed: int
    rate: float = 0.0
    eta_seconds: float | None = None


@dataclass(frozen=True)
class WorkerSign:
    """What one worker said last, `silent_seconds` ago."""

    number: int
    state: str
    doing: str
    done: int
    silent_seconds: float


@dataclass(frozen=True)
class RunProgress:
    """Where a run is: `done` of `total` values, values per second, seconds left (None while unknown).

    `waiting` is a call that has gone on for SLOW_SECONDS: nothing is estimated until it ends.
    """

    run_no: int
    state: str
    done: int = 0
    total: int = 0
    failed: int = 0
    rate: float = 0.0
    eta_seconds: float | None = None
    doing: str = ""
    detail: str = ""
    unavailable: dict[str, str] = field(default_factory=dict)
    stalled: bool = False
    columns: tuple[ColumnProgress, ...] = ()
    workers: tuple[WorkerSign, ...] = ()
    waiting: Call | None = None

    def followed_by(self, other: RunProgress) -> RunProgress:
        """This run and the next as one."""
        return replace(
            other,
            done=self.done + other.done,
            total=self.total + other.total,
            failed=self.failed + other.failed,
            unavailable=self.unavailable | other.unavailable,
        )


def read(run_no: int, folder: Path, plan: ScoringPlan, jobs: int) -> RunProgress:
    """Puts the workers' status files together.

    Args:
        run_no: The run.
        folder: The run's folder.
        plan: What the run computes.
        jobs: How many workers it has.

    Returns:
        Where the run is; "loading" while no worker has written anything.
    """
    statuses = _statuses(folder)
    total = plan.total
    if not statuses:
        return RunProgress(run_no, "loading", total=total)
    done = sum(status["done"] for status in statuses)
    rate = sum(status["done"] / status["busy_seconds"] for status in statuses if status["busy_seconds"] > 0)
    latest = max(status["heartbeat"] for status in statuses)
    silent = ["loading"] * (jobs - len(statuses))
    state = _joint_state([status["state"] for status in statuses] + silent)
    unavailable: dict[str, str] = {}
    for status in statuses:
        unavailable |= status["unavailable"]
    running = [time.monotonic() - status["heartbeat"] for status in statuses if status["state"] == "running"]
    silent_seconds = max(running, default=0.0)
    waiting = _slow_call(folder, jobs) if state == "running" else None
    columns = _columns(plan, statuses, unavailable, running=state == "running")
    columns = tuple(
        replace(column, eta_seconds=_still(column.eta_seconds, silent_seconds, waiting)) for column in columns
    )
    never = sum(column.total - column.done for column in columns if column.state == "unavailable")
    eta = max(total - done - never, 0) / rate if rate and state == "running" else None
    return RunProgress(
        run_no,
        state,
        done=min(done, total),
        total=total,
        failed=sum(status["failed"] for status in statuses),
        rate=rate,
        eta_seconds=_still(eta, silent_seconds, waiting),
        doing=next((status["doing"] for status in statuses if status["state"] == "running"), ""),
        detail=next((status["detail"] for status in statuses if status["detail"]), ""),
        unavailable=unavailable,
        stalled=state == "running" and time.monotonic() - latest > STALLED_SECONDS,
        columns=columns,
        workers=tuple(_sign(number, status) for number, status in enumerate(statuses)),
        waiting=waiting,
    )


def _slow_call(folder: Path, jobs: int) -> Call | None:
    """The call that has gone on longest, if it is a slow one."""
    calls = [call for share in range(jobs) if (call := limits.Notes(folder, share).present())]
    oldest = min(calls, key=lambda call: call.since, default=None)
    return oldest if oldest and time.monotonic() - oldest.since > SLOW_SECONDS else None


def _still(eta_seconds: float | None, silent_seconds: float, waiting: Call | None) -> float | None:
    """The estimate less the time since it was made; None when that is over, or something takes longer than others."""
    if eta_seconds is None or waiting or (silent_seconds > SLOW_SECONDS and silent_seconds >= eta_seconds):
        return None
    return max(eta_seconds - silent_seconds, 0.0)


def live(spool: Path) -> RunProgress | None:
    """The run that another process has going over a workspace's spool; None where there is none."""
    for folder in sorted(spool.glob("run-*"), reverse=True):
        try:
            plan = work.read_plan(folder)
        except (OSError, orjson.JSONDecodeError, KeyError):
            continue
        return read(plan.run_no, folder, plan, len(_statuses(folder)))
    return None


def _columns(
    plan: ScoringPlan, statuses: Sequence[JsonObject], unavailable: Mapping[str, str], *, running: bool
) -> tuple[ColumnProgress, ...]:
    """Every column of the plan, in the order in which the parts are worked through."""
    totals: dict[str, int] = {}
    for part in plan.parts:
        for column in (*part.features, *part.metrics, *([part.stage] if part.stage else [])):
            totals[column.name] = totals.get(column.name, 0) + part.count
    at_work = [status["doing"].split(", ") for status in statuses if status["state"] == "running"] if running else []
    present = {name for names in at_work for name in names}
    return tuple(
        _column(
            name, total, [status["columns"].get(name, (0, 0, 0.0)) for status in statuses],
            "unavailable" if name in unavailable else "now" if name in present else "next",
        )
        for name, total in totals.items()
    )  # fmt: skip


def _column(name: str, total: int, reports: Sequence[Sequence[float]], state: str) -> ColumnProgress:
    done, failed = min(int(sum(report[0] for report in reports)), total), int(sum(report[1] for report in reports))
    rate = sum(report[0] / report[2] for report in reports if report[2] > 0)
    left = (total - done) / rate if rate and state == "now" and done < total else None
    return ColumnProgress(name, "done" if done >= total else state, done, total, failed, rate, left)


def _sign(number: int, status: JsonObject) -> WorkerSign:
    silent = max(time.monotonic() - status["heartbeat"], 0.0)
    return WorkerSign(number, status["state"], status["doing"], int(status["done"]), silent)


def _joint_state(states: Sequence[str]) -> str:
    for state in ("failed", "running", "paused", "loading", "stopped"):
        if state in states:
            return state
    return "done"


def _statuses(folder: Path) -> list[JsonObject]:
    statuses = [_read_status(path) for path in sorted(folder.glob("status-*.json"))]
    return [status for status in statuses if status]


def _read_status(path: Path) -> JsonObject | None:
    try:
        status: JsonObject = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return status
