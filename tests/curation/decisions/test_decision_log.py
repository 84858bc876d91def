from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from curation.decisions import decision_log, merging
from curation.decisions.decision_log import DecisionError
from curation.workspace import Workspace, open_workspace
from storage import decisions


def _standing(workspace: Workspace) -> dict[str, str]:
    found = decision_log.standing(workspace)
    return dict(zip(found["key"], found["verdict"], strict=True))


def test_decide__newest_counts_and_nothing_is_overwritten(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.decide(workspace, "bob", "sample", "a", "reject")
    assert _standing(workspace) == {"a": "reject"}
    assert decisions.log(workspace.store)["who"].to_list() == ["ann", "bob"]


def test_undo__takes_back_ones_own_newest_and_brings_the_one_before_to_light(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.decide(workspace, "ann", "sample", "b", "reject")
    decision_log.decide(workspace, "bob", "sample", "b", "approve")
    undone = decision_log.undo(workspace, "ann")
    assert undone is not None
    assert undone["key"] == "b"
    assert _standing(workspace) == {"a": "approve", "b": "approve"}
    decision_log.undo(workspace, "ann")
    assert _standing(workspace) == {"b": "approve"}
    assert decision_log.undo(workspace, "ann") is None
    assert decisions.log(workspace.store).height == 5


def test_decide__unknown_verdict_or_subject__one_sentence(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="can be decided approve, reject, later"):
        decision_log.decide(workspace, "ann", "sample", "a", "confirm")
    with pytest.raises(DecisionError, match="not on 'moon'"):
        decision_log.decide(workspace, "ann", "moon", "a", "approve")


def test_undo__takes_a_whole_act_back_with_one_event(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    act = decision_log.decide_all(workspace, "ann", "sample", ["a", "b", "c", "b"], "reject")
    assert act.count == 3
    undone = decision_log.undo(workspace, "ann")
    assert undone is not None
    assert (undone["verdict"], undone["count"]) == ("reject", 3)
    assert _standing(workspace) == {"a": "approve"}
    assert decisions.log(workspace.store).height == 5
    undone = decision_log.undo(workspace, "ann")
    assert undone is not None
    assert (undone["verdict"], undone["count"]) == ("approve", 1)


def test_decide_all__leaves_alone_what_others_decided(workspace: Workspace) -> None:
    decision_log.decide(workspace, "bob", "sample", "b", "approve")
    act = decision_log.decide_all(workspace, "ann", "sample", ["a", "b"], "reject", spare_others=True)
    assert (act.count, act.spared) == (1, 1)
    assert _standing(workspace) == {"a": "reject", "b": "approve"}


def test_take_back__any_act_once(workspace: Workspace) -> None:
    first = decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.decide(workspace, "ann", "sample", "b", "reject")
    assert decision_log.take_back(workspace, "ann", first) is not None
    assert decision_log.take_back(workspace, "ann", first) is None
    assert _standing(workspace) == {"b": "reject"}


def test_decide__adjudication_counts_before_later_decisions(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    decision_log.decide(workspace, "lead", "sample", "a", "reject", adjudicates=True)
    decision_log.decide(workspace, "bob", "sample", "a", "approve")
    assert _standing(workspace) == {"a": "reject"}
    said = decision_log.by_person(workspace, "sample")
    assert dict(zip(said["who"], said["verdict"], strict=True)) == {"ann": "approve", "bob": "approve"}


def test_log__of_an_earlier_version_still_merges(workspace: Workspace) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    line = json.loads(merging.log_lines(workspace)[0])
    old = {name: value for name, value in line.items() if name not in ("batch", "adjudicates")}
    assert merging.merge_lines(workspace, [json.dumps(old | {"event_id": "x", "key": "b"}).encode()]).new == 1
    assert _standing(workspace) == {"a": "approve", "b": "approve"}


def test_log__merges_into_another_workspace_once(workspace: Workspace, tmp_path: Path) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve", {"note": "größe"})
    decision_log.undo(workspace, "ann")
    decision_log.decide(workspace, "ann", "flag", "f", "dismiss")
    lines = merging.log_lines(workspace)
    other = open_workspace(tmp_path / "other")
    decision_log.decide(other, "bob", "sample", "b", "reject")
    assert merging.merge_lines(other, lines).new == 3
    assert merging.merge_lines(other, lines).new == 0
    assert _standing(other) == {"b": "reject", "f": "dismiss"}
    assert [json.loads(line) for line in merging.log_lines(other)][1:] == [json.loads(line) for line in lines]
    other.close()


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b'{"event_id": "1"}'])
def test_merge__line_that_is_no_event__nothing_is_stored(workspace: Workspace, line: bytes) -> None:
    decision_log.decide(workspace, "ann", "sample", "a", "approve")
    good = merging.log_lines(workspace)[0].replace(b'"a"', b'"z"')
    with pytest.raises(DecisionError, match="Line 2 is no decision event"):
        merging.merge_lines(workspace, [good, line])
    assert decisions.log(workspace.store).height == 1


def test_undo__two_at_once_take_back_two_acts(workspace: Workspace) -> None:
    for number in range(40):
        decision_log.decide(workspace, "ann", "flag", str(number), "confirm")
    with ThreadPoolExecutor(8) as pool:
        undone = list(pool.map(lambda _: decision_log.undo(workspace, "ann"), range(40)))
    assert {one["key"] for one in undone if one} == {str(number) for number in range(40)}
    assert decision_log.standing(workspace).is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_standing__agrees_with_the_log_read_event_by_event(workspace: Workspace, seed: int) -> None:
    draw = random.Random(seed)
    people, keys = ("ann", "bob", "eve"), "abcde"
    for _ in range(60):
        who = draw.choice(people)
        if draw.random() < 0.2:
            decision_log.undo(workspace, who)
        elif draw.random() < 0.2:
            decision_log.decide_all(workspace, who, "sample", draw.sample(keys, 3), draw.choice(["approve", "reject"]))
        else:
            settles = draw.random() < 0.2
            decision_log.decide(
                workspace, who, "sample", draw.choice(keys), draw.choice(["approve", "reject"]), adjudicates=settles
            )
            decision_log.decide(workspace, who, "note", draw.choice(keys), "write", {"text": str(draw.random())})
    log = decisions.log(workspace.store).to_dicts()
    undone = {event["undoes"] for event in log if event["undoes"]}
    stand = [one for one in log if one["verdict"] != "undo" and not {one["event_id"], one["batch"]} & undone]
    for subject in ("sample", "note"):
        events = [event for event in stand if event["subject"] == subject]
        counting = {event["key"]: event["event_id"] for event in sorted(events, key=lambda one: one["adjudicates"])}
        said = {(event["who"], event["key"]): event["event_id"] for event in events if not event["adjudicates"]}
        assert sorted(decision_log.standing(workspace, subject)["event_id"]) == sorted(counting.values())
        assert sorted(decision_log.by_person(workspace, subject)["event_id"]) == sorted(said.values())
    assert decision_log.standing(workspace)["event_no"].is_sorted()
    for who in people:
        acts: dict[str, list[str]] = {}
        for event in stand:
            if event["who"] == who:
                acts.setdefault(event["batch"] or event["event_id"], []).append(event["event_id"])
        newest = list(reversed(acts.values()))[:4]
        rows = decision_log.newest(workspace, who, 4)
        assert rows.select("event_id", "size").rows() == [(ids[0], len(ids)) for ids in newest]
