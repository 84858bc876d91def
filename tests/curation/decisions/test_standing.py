"""What stands, kept up to date by new events only, is what the whole log says."""

from __future__ import annotations

import random

import polars as pl
import pytest

from curation.decisions import decision_log, merging, standing
from curation.workspace import Workspace
from storage import decisions


def _as_sets(now: standing.Standing) -> tuple[list[str], list[str], list[str]]:
    return tuple(frame["event_id"].to_list() for frame in (now.events, now.counting.of(None), now.by_person.of(None)))  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(3))
def test_read__from_before_is_as_from_the_beginning(workspace: Workspace, seed: int) -> None:
    draw, now = random.Random(seed), None
    for _ in range(50):
        who, key = draw.choice("ab"), draw.choice("vwxyz")
        if draw.random() < 0.25:
            decision_log.undo(workspace, who)
        elif draw.random() < 0.2:
            decision_log.decide_all(workspace, who, "sample", draw.sample("vwxyz", 3), "reject")
        elif draw.random() < 0.2:
            decision_log.decide(workspace, who, "flag", key, draw.choice(["confirm", "dismiss"]))
        else:
            decision_log.decide(workspace, who, "sample", key, "approve", adjudicates=draw.random() < 0.2)
        if draw.random() < 0.7:  # else the next reading has several new events
            now = standing.read(workspace.store, now)
            whole = standing.read(workspace.store, None)
            assert _as_sets(now) == _as_sets(whole)
            for subject in ("sample", "flag"):
                expected = whole.counting.of(None).filter(pl.col("subject") == subject)
                assert now.counting.of(subject)["event_id"].to_list() == expected["event_id"].to_list()


def test_read__an_undo_that_was_merged_before_its_decision_holds(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.undo(workspace, "ann")
    decided, undone = merging.log_lines(workspace)
    with workspace.store.transaction("decisions") as cursor:
        cursor.execute("DELETE FROM decision")
    merging.merge_lines(workspace, [undone])
    before = standing.read(workspace.store, None)
    merging.merge_lines(workspace, [decided])
    assert standing.read(workspace.store, before).events.is_empty()


def test_read__a_log_that_lost_events_is_read_anew(workspace: Workspace) -> None:
    for key in "abc":
        decision_log.decide(workspace, "ann", "sample", key, "approve")
    before = standing.read(workspace.store, None)
    with workspace.store.transaction("decisions") as cursor:
        cursor.execute("DELETE FROM decision WHERE key = 'b'")
    assert standing.read(workspace.store, before).counting.of("sample")["key"].to_list() == ["a", "c"]


def test_read__reads_only_what_is_new(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        decision_log.decide(workspace, "ann", "sample", str(number), "approve")
    before = standing.read(workspace.store, None)
    decision_log.decide(workspace, "ann", "sample", "new", "reject")
    rows_read: list[int] = []
    since = decisions.since

    def counted(*args: object) -> pl.DataFrame:
        frame = since(*args)  # type: ignore[arg-type]
        rows_read.append(frame.height)
        return frame

    monkeypatch.setattr(decisions, "since", counted)
    now = standing.read(workspace.store, before)
    assert (rows_read, now.counting.of(None).height) == ([1], 21)
