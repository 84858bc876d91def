"""Background jobs: what is asked for twice is done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from curation.app.jobs import Job, Jobs


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    started = Jobs()
    yield started
    started.close()


def _ended(job: Job) -> str:
    deadline = time.monotonic() + 10
    while job.is_open and time.monotonic() < deadline:
        time.sleep(0.01)
    return job.state


def test_at_once__the_same_request_while_it_runs_is_the_same_job_and_after_it_another(jobs: Jobs) -> None:
    may_end, runs = threading.Event(), []

    def work(job: Job) -> None:
        runs.append(job.number)
        assert may_end.wait(10)

    first, second = (jobs.at_once("Export a", "export", ("a", 1), work) for _ in range(2))
    other, other_kind = jobs.at_once("Export b", "export", ("b", 1), work), jobs.at_once("A", "check", ("a", 1), work)
    assert first is second
    assert jobs.open_job(("export", ("a", 1))) is first
    may_end.set()
    assert [_ended(job) for job in (first, other, other_kind)] == ["done"] * 3
    assert jobs.open_job(("export", ("a", 1))) is None
    again = jobs.at_once("Export a", "export", ("a", 1), work)
    assert _ended(again) == "done"
    assert sorted(runs) == sorted({first.number, other.number, other_kind.number, again.number})


def test_import_in_turn__the_same_request_while_it_waits_is_the_same_job(jobs: Jobs) -> None:
    may_end = threading.Event()
    jobs.import_in_turn("First", "first", lambda _: may_end.wait(10) and None)
    waiting, again = (jobs.import_in_turn("Second", "second", lambda _: None) for _ in range(2))
    assert waiting is again
    assert waiting.state == "waiting"
    assert jobs.open_job("second") is waiting
    may_end.set()
    assert _ended(waiting) == "done"
    assert len(jobs.listing()) == 2
