"""Keeping the best of each group of duplicates: rules, ties, others' decisions, one undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from support import row

from curation.decisions import decision_log
from curation.flags import current_flags, duplicates
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.workspace import Workspace, metric_settings
from storage import flags, scores
from storage.store import append_frame

ANSWERS = ("A dog.", "A dog here.", "A dog is here.", "A cat.", "A cat.")


@pytest.fixture
def owner(workspace: Workspace, llava: Callable[..., Path]) -> Any:
    """Group 0 of samples 0 to 2 and group 1 of samples 3 and 4, every member flagged."""
    import_file(workspace, llava([row("What is it?", answer, tag=number) for number, answer in enumerate(ANSWERS)]))
    schema = {
        "run_no": pl.Int32,
        "group_no": pl.Int32,
        "sample_no": pl.Int32,
        "keep": pl.Boolean,
        "relation": pl.String,
    }
    members = [(1, int(no > 2), no, no in (0, 3), "near") for no in range(5)]
    raised = [
        (no, "sample", no, None, None, None, "", "duplicate", "copy", 1.0, "{}", "Copies.", "duplicates", "2", 1)
        for no in range(5)
    ]
    with workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "duplicate_group", pl.DataFrame(members, schema, orient="row"))
        flags.append(cursor, pl.DataFrame(raised, schema=list(flags.COLUMNS), orient="row"))
    return SimpleNamespace(workspace=workspace)


def _kept(owner: Any, rule: str) -> list[int]:
    return duplicates.plan(owner, rule, [0, 1]).filter("best")["sample_no"].to_list()


def test_plan__first_row_or_longest_response__the_first_of_equals(owner: Any) -> None:
    assert _kept(owner, duplicates.FIRST) == [0, 3]
    assert _kept(owner, duplicates.LONGEST) == [2, 3]


def test_plan__best_by_a_metric_by_its_direction__a_missing_value_is_worst(owner: Any) -> None:
    store = owner.workspace.store
    for metric, values in {"object_match": {0: 10.0, 1: 90.0, 4: 50.0}, "repetition": {0: 0.1, 1: 0.9, 3: 0.5}}.items():
        column = metric_settings.columns(owner.workspace)[metric]
        rows = [(column.subject, no, metric, column.version, value, None, None, 1) for no, value in values.items()]
        frame = pl.DataFrame(rows, schema=list(scores.COLUMNS), orient="row")
        with store.transaction("scores") as cursor:
            scores.append(cursor, frame.cast({"label": pl.String, "error": pl.String}))
    assert _kept(owner, "object_match") == [1, 4]
    assert _kept(owner, "repetition") == [0, 3]
    assert {"object_match", "repetition", "first", "longest"} <= duplicates.rules(owner).keys()


def test_apply__keeps_one_per_group_spares_others_and_is_one_act(owner: Any) -> None:
    by_sample = dict(current_flags.every(owner).select("sample_no", "flag_id").iter_rows())
    decision_log.decide(owner.workspace, "bob", "flag", by_sample[1], "dismiss")
    act = duplicates.apply(owner, "ada", duplicates.LONGEST, [0, 1])
    assert (act.count, act.spared) == (4, 1)
    status = dict(current_flags.every(owner).select("sample_no", "status").iter_rows())
    assert status == {0: "confirmed", 1: "dismissed", 2: "dismissed", 3: "dismissed", 4: "confirmed"}
    undone = decision_log.undo(owner.workspace, "ada")
    assert undone is not None
    assert undone["count"] == 4
    assert current_flags.every(owner).filter(pl.col("status") != "open")["sample_no"].to_list() == [1]


def test_members_of__the_kept_one_first__alone_without_a_group(owner: Any) -> None:
    assert duplicates.members_of(owner, 4) == (1, [3, 4])
    assert duplicates.members_of(owner, 99) == (None, [99])


def test_plan__datasets_in_order_come_before_the_rule__and_decisions_say_so(owner: Any, llava: Any) -> None:
    import_file(
        owner.workspace, llava([row("What is it?", "A dog there is.", tag=9)], "web.json"), ImportOptions(name="web")
    )
    member = pl.DataFrame({"run_no": [1], "group_no": [0], "sample_no": [5], "keep": [False], "relation": ["near"]})
    raised = (5, "sample", 5, None, None, None, "", "duplicate", "copy", 1.0, "{}", "Copies.", "duplicates", "2", 1)
    with owner.workspace.store.transaction("scores") as cursor:
        append_frame(cursor, "duplicate_group", member)
        flags.append(cursor, pl.DataFrame([raised], schema=list(flags.COLUMNS), orient="row"))
    assert duplicates.overlap(owner.workspace).pairs == [("set", "web", 3), ("web", "set", 1)]
    assert duplicates.overlap(owner.workspace).counts == ((5, 3), (1, 0))
    kept = duplicates.plan(owner, duplicates.FIRST, [0, 1], ["web", "set"]).filter("best")["sample_no"].to_list()
    assert kept == [5, 3]
    assert _kept(owner, duplicates.FIRST) == [0, 3]
    with pytest.raises(decision_log.DecisionError, match="no dataset 'nowhere'; there are set, web"):
        duplicates.keep_best(owner, "ada", "first", ["nowhere"])
    assert duplicates.keep_best(owner, "ada", "first", ["web"]).count == 6
    payloads = decision_log.standing(owner.workspace, "flag")["payload"].unique().to_list()
    assert payloads == ['{"rule":"first","prefer":["web"],"origin":"bulk"}']
