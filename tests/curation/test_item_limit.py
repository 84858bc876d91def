"""Items that never end, through real worker processes: a loop in Python, and a call into C that hears no signal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import finish, row

from curation.importing.importer import import_file
from curation.runs import run_progress, scoring_run
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace
from curation.workspace.score_columns import Column
from scoring import limits

_WORKER = """
import collections, itertools, sys, types
from scoring import registry, worker
from scoring.metric import Metric, Result

def score(batch, _):
    for item in batch.items:
        while item.turn.response == "loop":
            pass
        if item.turn.response == "c":
            collections.deque(itertools.repeat(None), maxlen=0)
    return [Result(1.0) for _ in batch.items]

metric = Metric("echo", "1", "Echo", "correctness", "turn", (None, None), "", "never", running={"item_seconds": 0.5})
registry.metric_modules = lambda: {"echo": types.SimpleNamespace(METRIC=metric, load=dict, score=score)}
sys.exit(worker.main(sys.argv[1:]))
"""
_ECHO = {"echo": Column("echo", "1", "Echo", subject="turn")}
_SENTENCE = "It took longer than 0.5 s."


@pytest.fixture(autouse=True)
def _hanging_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring_run, "WORKER", ("-c", _WORKER))
    monkeypatch.setattr(limits, "GRACE_SECONDS", 0.5)


def _scores(workspace: Workspace) -> list[tuple[int, float | None, str | None]]:
    return workspace.store.rows("SELECT subject_no, value, error FROM score ORDER BY subject_no")


@pytest.mark.parametrize("kind", ["loop", "c"])
def test_item__that_never_ends_is_a_named_failure_and_all_others_are_computed_once(
    workspace: Workspace, llava: Callable[..., Path], kind: str
) -> None:
    hanging = (3, 70)  # in the first batch and in the second
    import_file(workspace, llava([row("q", kind if number in hanging else f"a {number}") for number in range(80)]))
    progress = finish(ScoringRun(workspace, _ECHO, jobs=1))
    assert (progress.state, progress.done, progress.failed) == ("done", 80, 2)
    assert _scores(workspace) == [(n, None, _SENTENCE) if n in hanging else (n, 1.0, None) for n in range(80)]


def test_item__that_hangs_in_one_worker_leaves_the_other_at_work(
    workspace: Workspace, llava: Callable[..., Path]
) -> None:
    import_file(workspace, llava([row("q", "c" if number == 3 else f"a {number}") for number in range(140)]))
    progress = finish(ScoringRun(workspace, _ECHO, jobs=2))
    assert (progress.state, progress.failed) == ("done", 1)
    assert [number for number, value, _ in _scores(workspace) if value is None] == [3]
    assert len(_scores(workspace)) == 140


def test_progress__while_an_item_hangs_names_it_and_estimates_nothing(
    workspace: Workspace, llava: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_progress, "SLOW_SECONDS", 0.1)
    import_file(workspace, llava([row("q", "c" if number == 70 else f"a {number}") for number in range(80)]))
    run, seen = ScoringRun(workspace, _ECHO, jobs=1), []
    deadline = time.monotonic() + 60
    while not run.ended and time.monotonic() < deadline:
        seen.append(run.step())
        threading.Event().wait(0.02)
    waiting = [progress for progress in seen if progress.waiting]
    assert {progress.waiting.name for progress in waiting if progress.waiting} == {"echo"}
    assert {progress.eta_seconds for progress in waiting} == {None}
    assert {column.eta_seconds for progress in waiting for column in progress.columns} == {None}
