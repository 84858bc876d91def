"""Queries over the samples of a workspace: fields, numbers, words, and what a page makes of a broken one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support import row, score_all

from curation.app import board, queried, scope
from curation.app.scope import Scope
from curation.app.server import Server
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.filtering.query import QueryError
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.workspace import open_workspace


@contextmanager
def _serving(folder: Path) -> Iterator[Server]:
    """Four samples of `one`, of which two name a split, and two of `two`; samples 0 and 4 are tagged, 1 is rejected."""
    rows = [
        row(f"Is this picture {n}?", "A red car." if n % 2 else "A dog on a red sofa.", id=f"row-{n}") for n in range(6)
    ]
    rows[0]["split"], rows[1]["split"] = "val", "test"
    rows[2]["conversations"] += row("And now?", "A car.")["conversations"]
    workspace = open_workspace(folder / "workspace")
    for name, of_dataset in (("one", rows[:4]), ("two", rows[4:])):
        (folder / f"{name}.json").write_text(json.dumps(of_dataset))
        importer.import_file(workspace, folder / f"{name}.json", ImportOptions(name=name))
    score_all(workspace, "response_length")
    started = Server(workspace)
    keys = board.current(started).snapshot.samples["key"].to_list()
    for number, tag in ((0, "good"), (0, "car: “old”"), (4, "good")):
        decision_log.decide(workspace, "ana", "tag", decision_keys.tag(keys[number], tag), "add")
    decision_log.decide(workspace, "ana", "sample", keys[1], "reject")
    yield started
    started._closing.set()
    workspace.close()


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The samples of `_serving`, for tests that only read."""
    with _serving(tmp_path_factory.mktemp("queried")) as started:
        yield started


def _numbers(owner: Server, text: str) -> list[int]:
    return np.flatnonzero(queried.members(owner, text, strict=True)).tolist()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("dataset:two", [4, 5]),
        ("dataset:TWO,one", [0, 1, 2, 3, 4, 5]),
        ("dataset:t*", [4, 5]),
        ("-dataset:two", [0, 1, 2, 3]),
        ("dataset:three", []),
        ("split:val,test", [0, 1]),
        ("split:*", [0, 1]),
        ("-split:*", [2, 3, 4, 5]),
        ("tag:good", [0, 4]),
        (r'tag:good tag:"car: \“old\”"', [0]),
        ("tag:*", [0, 4]),
        ("decision:rejected", [1]),
        ("decision:undecided dataset:one", [0, 2, 3]),
        ("turns>1", [2]),
        ("turns:1", [0, 1, 3, 4, 5]),
        ("row:0..0", [0, 4]),
        ("sample>=4", [4, 5]),
        ("id:row-3", [3]),
        ("id:row*", [0, 1, 2, 3, 4, 5]),
        ("response_length:4.. dataset:one", [0, 2]),
        ("RESPONSE_LENGTH:*", [0, 1, 2, 3, 4, 5]),
        ("flag:*", []),
        ("dog", [0, 2, 4]),
        ("dog car", [2]),
        ('"red car" or tag:good', [0, 1, 3, 4, 5]),
        ("red -(dog or dataset:two)", [1, 3]),
    ],
)
def test_query__finds(owner: Server, text: str, numbers: list[int]) -> None:
    assert _numbers(owner, text) == numbers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("respons_length:3..", "did you mean response_length"),
        ("zebra:3", "there are dataset, split, task"),
        ("dataset:1..2", "has names, no numbers"),
        ("turns:many", "“many” is no number"),
    ],
)
def test_query__with_a_field_that_does_not_fit__says_which(owner: Server, text: str, sentence: str) -> None:
    assert sentence in queried.problem(owner, text)
    with pytest.raises(QueryError):
        queried.members(owner, text, strict=True)


def test_broken_query__of_an_address__holds_for_nothing(owner: Server) -> None:
    broken = Scope(query="(dog")
    members = scope.members(owner, broken)
    assert members is not None
    assert not members.any()
    assert scope.chips(owner, broken) == [("query", "Query: (dog")]


def test_query__narrows_other_filters_and_travels_in_the_address(owner: Server) -> None:
    asked = Scope(dataset="one", query='tag:good "red sofa"')
    assert scope.from_params(scope.to_params(asked)) == asked
    members = scope.members(owner, asked)
    assert members is not None
    assert np.flatnonzero(members).tolist() == [0]


def test_query__asked_again__answers_anew_after_a_decision(tmp_path: Path) -> None:
    with _serving(tmp_path) as owner:
        _decide_and_ask(owner)


def _decide_and_ask(owner: Server) -> None:
    assert _numbers(owner, "decision:rejected") == [1]
    assert _numbers(owner, "tag:late") == []
    key = board.current(owner).snapshot.samples["key"][3]
    decision_log.decide(owner.workspace, "ben", "sample", key, "reject")
    decision_log.decide(owner.workspace, "ben", "tag", decision_keys.tag(key, "late"), "add")
    assert _numbers(owner, "decision:rejected") == [1, 3]
    assert _numbers(owner, "tag:late") == [3]
