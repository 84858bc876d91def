"""What is learned from decisions, and what it says of itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import generator
import numpy as np
import pytest

from curation.app import board, ranker
from curation.app.server import Server
from curation.decisions import decision_log
from curation.filtering.snapshot import Snapshot
from curation.review import ranking
from curation.review.ranking import TooFewError
from curation.workspace import open_workspace


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Server]:
    generator.build(tmp_path / "workspace", 1500, decided=False)
    started = Server(open_workspace(tmp_path / "workspace"))
    yield started
    started.close()


def _rejects(snapshot: Snapshot) -> np.ndarray:
    """What a strict person would reject: long responses."""
    length = snapshot.values["response_length"].worst
    return length > np.nanquantile(length, 0.7)


def _decide(owner: Server, numbers: np.ndarray, rejected: np.ndarray) -> None:
    keys = board.current(owner).snapshot.samples["key"].to_list()
    for verdict, those in (("reject", numbers[rejected]), ("approve", numbers[~rejected])):
        decision_log.decide_all(owner.workspace, "ann", "sample", [keys[n] for n in those], verdict, origin="single")


def test_learn__too_few_decisions__says_what_is_missing(owner: Server) -> None:
    numbers = np.arange(30)
    _decide(owner, numbers, numbers < 5)
    with pytest.raises(TooFewError, match="30 samples are decided one by one, 5 of them rejected; it takes 40"):
        ranking.learn(owner.workspace, board.current(owner).snapshot, lambda _: None)


def test_learn__finds_what_people_reject_and_is_right_where_it_says_so(owner: Server) -> None:
    rejects = _rejects(board.current(owner).snapshot)
    numbers = np.random.default_rng(0).choice(1500, 300, replace=False)
    _decide(owner, numbers, rejects[numbers])
    found = ranking.learn(owner.workspace, board.current(owner).snapshot, lambda _: None)
    assert found.useful
    assert found.area > 0.88
    rest = np.setdiff1d(np.arange(1500), numbers)
    sure = found.reject[rest] > 0.9
    assert rejects[rest][sure].mean() > 0.9
    said = found.cuts.filter(verdict="reject", cut=0.9).row(0, named=True)
    assert said["samples"] == int(sure.sum())
    assert said["low"] <= said["precision"] <= said["high"]
    assert "Response length" in [name for name, _ in found.weights[:3]]


def test_learn__verdicts_by_coin__are_not_called_useful(owner: Server) -> None:
    draw = np.random.default_rng(1)
    numbers = draw.choice(1500, 200, replace=False)
    _decide(owner, numbers, draw.random(200) < 0.5)
    assert not ranking.learn(owner.workspace, board.current(owner).snapshot, lambda _: None).useful


def test_apply__decides_only_what_nobody_decided_and_is_one_act(owner: Server) -> None:
    rejects = _rejects(board.current(owner).snapshot)
    numbers = np.arange(400)
    _decide(owner, numbers, rejects[numbers])
    ranker.start(owner)
    while ranker.current(owner).state == "running":
        time.sleep(0.05)
    assert ranker.newer(owner) == 0
    act = ranker.apply(owner, "ann", "reject", 0.9)
    assert act.count > 20
    assert decision_log.standing(owner.workspace, "sample").height == 400 + act.count
    undone = decision_log.undo(owner.workspace, "ann")
    assert undone is not None
    assert undone["count"] == act.count


def test_learn__own_verdicts_teach_nothing(owner: Server) -> None:
    draw = np.random.default_rng(1)
    numbers = draw.choice(1500, 160, replace=False)
    _decide(owner, numbers, draw.random(160) < 0.5)
    snapshot = board.current(owner).snapshot
    before = ranking.learn(owner.workspace, snapshot, lambda _: None)
    keys = snapshot.samples["key"].to_list()
    for verdict, likely in (("reject", before.reject > 0.6), ("approve", before.reject < 0.4)):
        chosen = [keys[number] for number in np.setdiff1d(np.flatnonzero(likely), numbers)]
        decision_log.decide_all(owner.workspace, "ann", "sample", chosen, verdict, origin="ranking")
    assert decision_log.standing(owner.workspace, "sample").height > 400
    after = ranking.learn(owner.workspace, snapshot, lambda _: None)
    assert (after.decided, after.area, after.interval) == (160, before.area, before.interval)
