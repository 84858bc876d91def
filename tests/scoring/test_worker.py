from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from curation.workspace import score_columns
from scoring import registry, shard, work
from scoring.item import TurnItem
from scoring.metric import Batch, Metric, Postponed, Result, Stage, Unavailable
from scoring.work import PlannedColumn, ScoringPlan, WorkList
from scoring.worker import Worker

Score = Callable[[Batch, Any], list[Result]]


def _metric(score: Score, name: str = "echo", **about: Any) -> Any:
    metric = Metric(name, "1", "Echo", "correctness", "turn", (None, None), "", "never", **about)
    return SimpleNamespace(METRIC=metric, load=dict, score=score, __doc__="Says what it is told.")


def _row(number: int, *responses: str) -> dict[str, Any]:
    turns = [
        {"turn_no": 10 * number + index, "index": index, "instruction": "q", "response": text}
        for index, text in enumerate(responses)
    ]
    return {"sample_no": number, "dataset_no": 0, "turns": turns, "images": [], "objects": None, "captions": None}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Worker, dict[int, tuple[Any, ...]]]]:
    """Runs a worker in this process on rows; gives it back with value and error by turn number."""

    def start(module: ModuleType, rows: list[dict[str, Any]]) -> tuple[Worker, dict[int, tuple[Any, ...]]]:
        monkeypatch.setattr(registry, "metric_modules", lambda: {"echo": module})
        parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "work.parquet")
        (tmp_path / work.SHARDS).mkdir()
        work.write_plan(
            tmp_path, ScoringPlan(1, (WorkList("work.parquet", "samples", len(rows), (PlannedColumn("echo", "1"),)),))
        )
        worker = Worker(tmp_path, 0, 1)
        worker.run()
        frames = [shard.read(path, shard.SCORES) for path in shard.waiting(tmp_path / work.SHARDS)]
        found = [row for frame in frames if frame is not None for row in frame.iter_rows(named=True)]
        return worker, {row["subject_no"]: (row["value"], row["error"]) for row in found}

    return start


def _responses(batch: Batch) -> list[str]:
    return [item.turn.response for item in batch.items if isinstance(item, TurnItem)]


def test_worker__result_with_an_error__is_a_failure_row_and_the_batch_is_scored_once(run: Any) -> None:
    calls: list[int] = []

    def score(batch: Batch, _model: Any) -> list[Result]:
        calls.append(len(batch.items))
        return [Result(error="no answer") if text == "bad" else Result(1.0) for text in _responses(batch)]

    worker, rows = run(_metric(score), [_row(0, "good"), _row(1, "bad")])
    assert rows == {0: (1.0, None), 10: (None, "no answer")}
    assert calls == [2]
    assert worker.status.failed == 1


def test_worker__postponed_item__gets_no_row_nor_does_its_sample(run: Any) -> None:
    def score(batch: Batch, _model: Any) -> list[Result]:
        if "later" in _responses(batch):
            raise Postponed("the budget is used up")
        return [Result(1.0) for _ in batch.items]

    worker, rows = run(_metric(score), [_row(0, "good", "later"), _row(1, "good", "good")])
    assert rows == {10: (1.0, None), 11: (1.0, None)}
    assert worker.status.unavailable == {"echo": "the budget is used up"}
    assert (worker.status.state, worker.status.failed) == ("done", 0)


@pytest.mark.parametrize("kind", [Unavailable, Postponed])
def test_worker__stage_that_cannot_run__says_so_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def run(work: Path, params: Mapping[str, Any], progress: Any) -> None:
        raise kind("Set a model first.")

    stage = Stage("find", "1", "Find", "task diversity", "", (None, None), "never")
    monkeypatch.setattr(registry, "stage_modules", lambda: {"find": SimpleNamespace(STAGE=stage, run=run)})
    (tmp_path / work.SHARDS).mkdir()
    work.write_plan(
        tmp_path, ScoringPlan(1, (WorkList("none.parquet", "samples", 1, stage=PlannedColumn("find", "1")),))
    )
    worker = Worker(tmp_path, 0, 1)
    worker.run()
    assert worker.status.unavailable == {"find": "Set a model first."}


def test_catalog__how_it_runs_makes_no_other_version_but_what_the_machine_says_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = _metric(lambda *_: [], params={"model": "", "votes": 3}, running={"cache": ""})
    monkeypatch.setattr(registry, "metric_modules", lambda: {"echo": module})
    monkeypatch.setattr(registry, "stage_modules", dict)
    assert score_columns.columns({"echo": {"params": {"cache": "/somewhere"}}})["echo"].version == "1"
    assert score_columns.columns({"echo": {"params": {"votes": 5}}})["echo"].version != "1"
    module.METRIC = replace(module.METRIC, machine_params=lambda: {"model": "judge-7b"})
    column = score_columns.columns({"echo": {"params": {"cache": "/somewhere"}}})["echo"]
    assert column.version.startswith("1-")
    assert column.params == {"model": "judge-7b", "votes": 3, "cache": "/somewhere"}
