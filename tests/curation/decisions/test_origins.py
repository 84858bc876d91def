"""How every decision was made is stored, and told of events of earlier versions."""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path

import orjson
import pytest

from curation.decisions import actions, decision_log, flag_decisions, merging, one_by_one, origins
from curation.workspace import Workspace, open_workspace
from storage import decisions


def _origins(workspace: Workspace) -> dict[str, str]:
    return dict(decision_log.standing(workspace).select("key", "origin").iter_rows())


def _store(workspace: Workspace, key: str, payload: object, batch: str | None = None, subject: str = "sample") -> None:
    """An event as earlier versions wrote it."""
    moment = datetime.datetime(2025, 5, 1, 12)
    verdict = {"sample": "reject", "flag": "confirm", "turn": "drop"}[subject]
    row = (uuid.uuid4().hex, moment, "ann", subject, key, verdict, orjson.dumps(payload).decode(), None, batch, False)
    decisions.append(workspace.store, [dict(zip(decisions.COLUMNS, (*row, None), strict=True))])


def test_origin__of_each_way_to_decide_is_stored(workspace: Workspace) -> None:
    actions.apply(workspace, "ann", {"id": "1", "do": "approve", "key": "looked at"}, "flagged")
    actions.apply(workspace, "ann", {"id": "2", "do": "approve", "key": "drawn"}, "audit")
    decision_log.decide_all(workspace, "ann", "sample", ["lasso"], "reject")
    decision_log.decide_all(workspace, "ann", "sample", ["learned"], "reject", origin="ranking")
    decision_log.decide_together(workspace, "ann", [("flag", "copy", "confirm", None)])
    flag_decisions.drop(workspace, "ann", {"flag_id": "f", "sample_key": "s#0", "turn_index": 0})
    decision_log.bring(workspace, "annotators of set", "set", [("span", "s#0@0:1-2", "accurate")])
    assert _origins(workspace) == {
        "looked at": "single", "drawn": "audit", "lasso": "bulk", "learned": "ranking", "copy": "bulk", "f": "single",
        "s#0@0": "single", "s#0@0:1-2": "import",
    }  # fmt: skip


def test_origin__of_events_of_earlier_versions_is_told(workspace: Workspace) -> None:
    _store(workspace, "looked at", {"queue": "flagged"})
    _store(workspace, "drawn", {"queue": "audit"})
    _store(workspace, "lasso", {"bulk": 40}, batch="b")
    _store(workspace, "learned", {"by": "ranking", "at_least": 0.95}, batch="c")
    _store(workspace, "carried", {"queue": "all", "carried_from": "old"}, batch="d")
    _store(workspace, "odd", ["no", "object"])
    _store(workspace, "unknown", {"origin": "oracle"})
    pair = [
        ("flag", "f", "confirm", None),
        ("turn", "s#0@0", "drop", None),
    ]
    decision_log.decide_together(workspace, "ann", pair, origin="single")
    assert _origins(workspace) == {
        "looked at": "single", "drawn": "audit", "lasso": "bulk", "learned": "ranking", "carried": "import",
        "odd": "single", "unknown": "single", "f": "single", "s#0@0": "single",
    }  # fmt: skip


def test_one_by_one__a_bulk_act_does_not_hide_what_somebody_looked_at(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.decide_all(workspace, "ben", "sample", ["a", "b"], "reject")
    assert decision_log.standing(workspace, "sample")["verdict"].to_list() == ["reject", "reject"]
    counting = one_by_one.counting(workspace, "sample")
    assert counting.select("who", "key", "verdict").rows() == [("ann", "a", "approve")]


@pytest.mark.parametrize("newer", [True, False], ids=["stored by this version", "stored by an earlier one"])
def test_merge__keeps_how_decisions_were_made(workspace: Workspace, tmp_path: Path, newer: bool) -> None:
    if newer:
        actions.apply(workspace, "ann", {"id": "1", "do": "approve", "key": "drawn"}, "audit")
        decision_log.decide_all(workspace, "ann", "sample", ["lasso", "lasso 2"], "reject")
    else:
        _store(workspace, "drawn", {"queue": "audit"})
        _store(workspace, "lasso", {}, batch="b")
        _store(workspace, "lasso 2", {}, batch="b")
    lines = merging.log_lines(workspace)
    assert [orjson.loads(line)["payload"][origins.FIELD] for line in lines] == ["audit", "bulk", "bulk"]
    other = open_workspace(tmp_path / "other")
    merging.merge_lines(other, lines)
    assert _origins(other) == {"drawn": "audit", "lasso": "bulk", "lasso 2": "bulk"}
    assert merging.log_lines(other) == lines
    other.close()
