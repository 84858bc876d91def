from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation import review
from curation.review import DecisionError
from curation.workspace import Workspace, open_workspace
from storage import decisions


def _standing(workspace: Workspace) -> dict[str, str]:
    found = review.standing(workspace)
    return dict(zip(found["key"], found["verdict"], strict=True))


def test_decide__newest_counts_and_nothing_is_overwritten(workspace: Workspace) -> None:
    review.decide(workspace, "ann", "sample", "a", "approve")
    review.decide(workspace, "bob", "sample", "a", "reject")
    assert _standing(workspace) == {"a": "reject"}
    assert decisions.log(workspace.store)["who"].to_list() == ["ann", "bob"]


def test_undo__takes_back_ones_own_newest_and_brings_the_one_before_to_light(workspace: Workspace) -> None:
    review.decide(workspace, "ann", "sample", "a", "approve")
    review.decide(workspace, "ann", "sample", "b", "reject")
    review.decide(workspace, "bob", "sample", "b", "approve")
    undone = review.undo(workspace, "ann")
    assert undone is not None
    assert undone["key"] == "b"
    assert _standing(workspace) == {"a": "approve", "b": "approve"}
    review.undo(workspace, "ann")
    assert _standing(workspace) == {"b": "approve"}
    assert review.undo(workspace, "ann") is None
    assert decisions.log(workspace.store).height == 5


def test_decide__unknown_verdict_or_subject__one_sentence(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="can be decided approve, reject, later"):
        review.decide(workspace, "ann", "sample", "a", "confirm")
    with pytest.raises(DecisionError, match="not on 'moon'"):
        review.decide(workspace, "ann", "moon", "a", "approve")


def test_log__merges_into_another_workspace_once(workspace: Workspace, tmp_path: Path) -> None:
    review.decide(workspace, "ann", "sample", "a", "approve", {"note": "größe"})
    review.undo(workspace, "ann")
    review.decide(workspace, "ann", "flag", "f", "dismiss")
    lines = review.log_lines(workspace)
    other = open_workspace(tmp_path / "other")
    review.decide(other, "bob", "sample", "b", "reject")
    assert review.merge_lines(other, lines) == (3, 3)
    assert review.merge_lines(other, lines) == (3, 0)
    assert _standing(other) == {"b": "reject", "f": "dismiss"}
    assert [json.loads(line) for line in review.log_lines(other)][1:] == [json.loads(line) for line in lines]
    other.close()


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b'{"event_id": "1"}'])
def test_merge__line_that_is_no_event__nothing_is_stored(workspace: Workspace, line: bytes) -> None:
    review.decide(workspace, "ann", "sample", "a", "approve")
    good = review.log_lines(workspace)[0].replace(b'"a"', b'"z"')
    with pytest.raises(DecisionError, match="Line 2 is no decision event"):
        review.merge_lines(workspace, [good, line])
    assert decisions.log(workspace.store).height == 1
