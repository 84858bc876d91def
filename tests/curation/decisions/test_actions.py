"""An act that a browser says again, because it heard no answer, is recorded once."""

from __future__ import annotations

import json

import pytest

from curation.decisions import actions, decision_log, flag_decisions, merging
from curation.workspace import Workspace

ACTS: list[dict[str, object]] = [
    {"do": "approve"},
    {"do": "turn", "turn": 0, "verdict": "drop"},
    {"do": "note", "text": "Blurred."},
    {"do": "tag", "text": "odd"},
    {"do": "send", "text": "bob"},
    {"do": "undo"},
]


def _log(workspace: Workspace) -> list[dict[str, object]]:
    return [json.loads(line) for line in merging.log_lines(workspace)]


@pytest.mark.parametrize("act", ACTS, ids=[str(act["do"]) for act in ACTS])
def test_apply__same_act_again__is_recorded_once_under_its_id(workspace: Workspace, act: dict[str, object]) -> None:
    for number in range(2):
        decision_log.decide(workspace, "ann", "sample", f"before{number}", "approve")
    before = len(_log(workspace))
    for _ in range(2):
        actions.apply(workspace, "ann", {"id": "act-1", "key": "a1", **act})
    assert [event["event_id"] for event in _log(workspace)[before:]] == ["act-1"]


def test_drop__under_an_id__is_one_act_that_is_known_by_it(workspace: Workspace) -> None:
    flag = {"flag_id": "f1", "sample_key": "a1", "turn_index": 0}
    flag_decisions.drop(workspace, "ann", flag, event_id="act-1")
    assert decision_log.is_recorded(workspace, "act-1")
    assert [(event["event_id"] == "act-1", event["subject"]) for event in _log(workspace)] == [
        (True, "flag"),
        (False, "turn"),
    ]
    assert decision_log.undo(workspace, "ann", event_id="act-2") is not None
    assert decision_log.is_recorded(workspace, "act-2")
    assert decision_log.standing(workspace).is_empty()
