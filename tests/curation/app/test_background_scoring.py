"""Scoring in the background: what is asked for is computed, however the disk behaves and whenever it was asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from support import row

from curation.app import background_scoring
from curation.app.background_scoring import BackgroundScoring, ScoringRequest
from curation.importing.importer import import_file
from curation.workspace import Workspace, metric_settings
from storage import runs
from storage.errors import NotStoredError

METRIC = "response_length"


@pytest.fixture
def scoring(
    workspace: Workspace, llava: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[BackgroundScoring]:
    """The scoring of three turns by one metric."""
    monkeypatch.setattr(metric_settings, "active", lambda of: metric_settings.named(of, [METRIC]))
    monkeypatch.setattr(background_scoring, "TROUBLE_SECONDS", 0.05)
    import_file(workspace, llava([row(f"What is picture {n}?", "A cup!") for n in range(3)]))
    closing = threading.Event()
    started = BackgroundScoring(workspace, closing)
    yield started
    closing.set()
    started.wait()
    started.close()


def _wait(scoring: BackgroundScoring) -> None:
    deadline = time.monotonic() + 120
    while scoring.busy and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not scoring.busy


def _runs(workspace: Workspace) -> int:
    return int(workspace.store.one("SELECT count(*) FROM run"))


def _scores(workspace: Workspace) -> int:
    return int(workspace.store.one("SELECT count(*) FROM score WHERE metric = $metric", {"metric": METRIC}))


def test_ask__is_busy_at_once_until_all_is_scored(scoring: BackgroundScoring, workspace: Workspace) -> None:
    assert not scoring.busy
    assert scoring.progress is None
    scoring.ask(ScoringRequest())
    _wait(scoring)
    assert _scores(workspace) == 3
    assert scoring.progress is not None
    assert scoring.progress.state == "done"
    scoring.ask(ScoringRequest())  # nothing is missing
    _wait(scoring)
    assert _runs(workspace) == 1
    assert scoring.progress.total == 3


def test_ask_again__while_the_disk_refuses__is_done_later(
    scoring: BackgroundScoring, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    scoring.ask(ScoringRequest())
    _wait(scoring)
    create, refusals = runs.create, iter([True, True])

    def refuse(*arguments: object) -> int:
        if next(refusals, False):
            raise NotStoredError("The disk is full.")
        return create(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "create", refuse)
    seen: set[str] = set()
    sample_numbers = workspace.store.frame("SELECT sample_no FROM sample")["sample_no"].to_numpy()
    scoring.ask(ScoringRequest(again={METRIC: sample_numbers}))
    while scoring.busy:
        seen.add(scoring.trouble)
        time.sleep(0.01)
    assert seen >= {"The disk is full."}
    assert scoring.trouble == ""
    assert _runs(workspace) == 2


def test_requests__join_into_one() -> None:
    first = ScoringRequest(again={"a": np.array([1, 3], dtype=np.int32)})
    later = {"a": np.array([2, 3], dtype=np.int32), "b": np.array([4], dtype=np.int32)}
    both = first.joined(ScoringRequest(True, later))
    assert both.retry_failed
    assert {name: numbers.tolist() for name, numbers in both.again.items()} == {"a": [1, 2, 3], "b": [4]}
    assert first.again["a"].tolist() == [1, 3]
