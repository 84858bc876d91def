from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from support import row, score_all

from curation.app import board, scope
from curation.app.scope import Lasso, Scope
from curation.app.server import Server
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.importing import importer
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Cut
from curation.workspace import metric_settings
from storage import flags, projection


@pytest.fixture
def owner(workspace, llava: Callable[..., Path]) -> Iterator[Server]:
    rows = [row(f"What is in picture {n}?", "A red car." if n % 2 else f"A dog, number {n}.") for n in range(8)]
    importer.import_file(workspace, llava(rows[:6]), ImportOptions(name="one"))
    importer.import_file(workspace, llava(rows[6:], "two.json"), ImportOptions(name="two"))
    score_all(workspace, "response_length", "task")
    version = metric_settings.columns(workspace)["map_responses"].version
    points = pl.DataFrame(
        {
            "stage": "map_responses",
            "version": version,
            "sample_no": range(8),
            "x": [float(n) for n in range(8)],
            "y": [0.0] * 8,
            "cluster": [0, 0, 0, 1, 1, 1, -1, -1],
            "run_no": 1,
        },
        schema_overrides={"sample_no": pl.Int32, "x": pl.Float32, "y": pl.Float32, "cluster": pl.Int32},
    )
    projection.append(workspace.store, points)
    started = Server(workspace)
    yield started
    started._closing.set()


def _numbers(owner: Server, wanted: Scope) -> list[int]:
    found = scope.members(owner, wanted)
    assert found is not None
    return np.flatnonzero(found).tolist()


def test_address__round_trip_and_nonsense_left_out() -> None:
    wanted = Scope(
        dataset="one",
        words="red car",
        cluster="map_images:3",
        ranges=(Cut("sharpness", None, 2.5), Cut("length", 1, 10)),
        lasso=Lasso("map_images", ((0.0, 1.0), (1.5, 1.0), (1.0, -2.0))),
    )
    assert scope.from_params(scope.to_params(wanted)) == wanted
    assert scope.to_params(Scope()) == {}
    assert scope.from_params({"lasso": "map_images:1,2;nan,3;x", "where": "sharpness", "page": "2"}) == Scope()


def test_members__every_filter_and_their_intersection(owner: Server) -> None:
    assert scope.members(owner, Scope()) is None
    assert _numbers(owner, Scope(dataset="two")) == [6, 7]
    assert _numbers(owner, Scope(words="RED car")) == [1, 3, 5, 7]
    assert _numbers(owner, Scope(words="red car", dataset="one")) == [1, 3, 5]
    assert _numbers(owner, Scope(cluster="map_responses:1")) == [3, 4, 5]
    assert _numbers(owner, Scope(cluster="map_responses:-1")) == [6, 7]
    assert _numbers(owner, Scope(cluster="nonsense")) == []
    area = Lasso("map_responses", ((-0.5, -1.0), (2.5, -1.0), (2.5, 1.0), (-0.5, 1.0)))
    assert _numbers(owner, Scope(lasso=area)) == [0, 1, 2]
    assert _numbers(owner, Scope(ranges=(Cut("response_length", 4, None),))) == [0, 2, 4, 6]
    assert _numbers(owner, Scope(task="no such task")) == []


def test_members__decisions_and_tags_of_now(owner: Server) -> None:
    keys = board.current(owner).snapshot.samples["key"].to_list()
    decision_log.decide(owner.workspace, "ann", "sample", keys[2], "approve")
    decision_log.decide_all(
        owner.workspace, "ann", "tag", [decision_keys.tag(key, "night") for key in keys[4:6]], "add"
    )
    assert _numbers(owner, Scope(decision="approve")) == [2]
    assert _numbers(owner, Scope(decision="undecided")) == [0, 1, 3, 4, 5, 6, 7]
    assert _numbers(owner, Scope(tag="night")) == [4, 5]
    assert scope.tags(owner) == {"night": 2}
    decision_log.undo(owner.workspace, "ann")
    assert _numbers(owner, Scope(tag="night")) == []


def test_members__flags_that_nobody_dismissed(owner: Server) -> None:
    rows = pl.DataFrame(
        {
            "sample_no": [1, 4], "subject": "sample", "subject_no": [1, 4], "turn_index": None, "start_char": None,
            "end_char": None, "text": "", "kind": "refusal", "verdict": "", "score": None, "evidence": "{}",
            "reason": "", "metric": "lint", "version": "1", "run_no": 0,
        }
    )  # fmt: skip
    with owner.workspace.store.transaction("metrics") as cursor:
        flags.append(cursor, rows)
    assert _numbers(owner, Scope(flagged="refusal")) == [1, 4]
    known = flags.current(owner.workspace.store)
    decision_log.decide(owner.workspace, "ann", "flag", known.filter(pl.col("sample_no") == 4)["flag_id"][0], "dismiss")
    assert _numbers(owner, Scope(flagged="refusal")) == [1]


def test_chips__say_what_is_filtered_and_each_can_be_taken_off(owner: Server) -> None:
    wanted = Scope(dataset="one", decision="reject", ranges=(Cut("response_length", None, 3),))
    shown = dict(scope.chips(owner, wanted))
    assert shown == {"dataset": "Dataset: one", "decision": "Rejected", "where": "Response length at most 3"}
    left = wanted
    for part in shown:
        left = scope.without(left, part)
    assert left.empty


def test_members__by_language(workspace, llava: Callable[..., Path]) -> None:
    rows = [row("What is in the picture?", "A red car."), row("图片里有什么？", "一只猫。"), row("Und hier?", "2")]
    importer.import_file(workspace, llava(rows))
    score_all(workspace, "language")
    owner = Server(workspace)
    try:
        assert board.current(owner).snapshot.languages == ["en", "unknown", "zh"]
        assert _numbers(owner, Scope(language="zh")) == [1]
        assert _numbers(owner, Scope(language="de")) == []
        assert ("language", "Language: zh") in scope.chips(owner, Scope(language="zh"))
    finally:
        owner._closing.set()
