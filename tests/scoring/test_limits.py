"""Calls that take too long: ended by a signal where one is heard, by the owner where none is."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from typing import Any

import pytest

from scoring import limits, registry
from scoring.compute import Scorers
from scoring.item import Sample, Turn, TurnItem
from scoring.limits import Call, CallLimit, Notes, TookTooLong
from scoring.metric import Batch, Metric, Result
from scoring.work import PlannedColumn


def _items(*responses: str) -> list[TurnItem]:
    turns = [Turn(number, 0, "q", text) for number, text in enumerate(responses)]
    return [TurnItem(Sample(turn.turn_no, (turn,), ()), turn) for turn in turns]


def _score(batch: Batch, _model: Any) -> list[Result]:
    results = []
    for item in batch.items:
        assert isinstance(item, TurnItem)
        while item.turn.response == "endless":
            try:
                time.sleep(0)
            except Exception:  # a metric that catches everything is ended all the same
                continue
        results.append(Result(1.0))
    return results


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = Metric(
        "echo", "1", "Echo", "correctness", "turn", (None, None), "", "never", running={"item_seconds": 0.2}
    )
    module = SimpleNamespace(METRIC=metric, load=dict, score=_score)
    monkeypatch.setattr(registry, "metric_modules", lambda: {"echo": module})


def test_item__that_never_ends_is_a_named_failure_and_the_others_have_values(echo: None) -> None:
    wanted = PlannedColumn("echo", "1")
    outcomes = Scorers([wanted]).score(_items("good", "endless", "good"), wanted, {})
    assert outcomes == [Result(1.0), "It took longer than 0.2 s.", Result(1.0)]


def test_item__that_hung_in_a_killed_worker_is_not_called_again(echo: None, tmp_path: Any) -> None:
    notes = Notes(tmp_path, 0)
    notes.add_hung(Call(0, 0, "echo", None))
    notes.add_hung(Call(0, 0, "echo", 1))
    wanted = PlannedColumn("echo", "1")
    scorers = Scorers([wanted], limit=lambda name, seconds: CallLimit(seconds, Call(0, 0, name, None), notes))
    started = time.monotonic()
    outcomes = scorers.score(_items("good", "endless", "good"), wanted, {})
    assert outcomes == [Result(1.0), "It took longer than 0.2 s.", Result(1.0)]
    assert time.monotonic() - started < 0.2


def test_limit__of_what_asks_a_model_is_none_unless_it_says_so() -> None:
    assert limits.of({}, builtin=True) == limits.ITEM_SECONDS
    assert limits.of({}, builtin=False) is None
    assert limits.of({"item_seconds": 5}, builtin=False) == 5.0
    assert limits.of({"item_seconds": None}, builtin=True) is None


def _compute(seconds: float) -> None:
    ended = time.process_time() + seconds
    while time.process_time() < ended:
        pass


def test_limit__leaves_no_alarm_behind() -> None:
    with pytest.raises(TookTooLong), CallLimit(0.05).on([1]):
        _compute(20)
    _compute(0.1)


def test_limit__of_a_call_that_only_waits_is_longer() -> None:
    started = time.monotonic()
    with pytest.raises(TookTooLong), CallLimit(0.02).on([1]):
        time.sleep(20)
    assert 0.2 <= time.monotonic() - started < 15


def test_limit__a_busy_machine__makes_nothing_fail() -> None:
    with CallLimit(0.2).on([1]):
        time.sleep(0.5)  # as if others had the processor


def test_notes__name_the_call_that_goes_on_until_it_ends(tmp_path: Any) -> None:
    notes = Notes(tmp_path, 3)
    assert notes.present() is None
    notes.begin(Call(1, 2, "echo", 7, since=time.monotonic() - 400, seconds=30))
    present = Notes(tmp_path, 3).present()
    assert present is not None
    assert (present.name, present.number, present.overdue(os.getpid())) == ("echo", 7, True)
    notes.end()
    assert notes.present() is None
