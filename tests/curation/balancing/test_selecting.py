"""What goes out is what was said: a selection, whatever is decided afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from support import lay_out, row

from curation.balancing import export_plan, ledger, selecting
from curation.common.names import UnknownNameError
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.exporting import accounting, export
from curation.filtering.snapshot import Snapshot, build
from curation.importing.importer import import_file
from curation.recipes import recipe as recipes
from curation.recipes.recipe import Quota, Recipe, RecipeError, SampleSelection
from curation.review.queues import Queue
from curation.workspace import Workspace

Write = Callable[..., Path]


@pytest.fixture
def ten(workspace: Workspace, llava: Write) -> Workspace:
    """Ten samples, the last without an answer."""
    rows = [row(f"What is {number}?", f"A number, {number}.") for number in range(9)]
    import_file(workspace, llava([*rows, row("And then?", "")]))
    return workspace


def _key(workspace: Workspace, number: int) -> str:
    return str(build(workspace).samples["key"][number])


def _recipe(workspace: Workspace, numbers: list[int], **changes: object) -> Recipe:
    snapshot = build(workspace)
    selection = selecting.of_members(snapshot, np.array(numbers), "some of them")
    return replace(export_plan.default_recipe(workspace, snapshot), selection=selection, **changes)


def _written(folder: Path) -> list[str]:
    return (folder / "winnow" / "samples.txt").read_text().splitlines()


def test_export__with_a_selection__is_exactly_that_also_when_decisions_change_afterwards(
    ten: Workspace, tmp_path: Path
) -> None:
    decision_log.decide(ten, "ann", "sample", _key(ten, 8), "approve")
    chosen = _recipe(ten, [1, 3, 5, 9])
    manifest = export.write(ten, export_plan.replay(ten, chosen), tmp_path / "one", approved=False)
    assert _written(tmp_path / "one") == [_key(ten, number) for number in (1, 3, 5)]  # the ninth has no answer
    assert manifest["selection"] == {"words": "some of them", "samples": 4, "outside": 6}
    decision_log.decide(ten, "ann", "sample", _key(ten, 0), "approve")
    decision_log.decide(ten, "ann", "sample", _key(ten, 3), "reject")
    again = recipes.load(tmp_path / "one" / "winnow" / "recipe.json")
    export.write(ten, export_plan.replay(ten, again), tmp_path / "two", approved=False)
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert files
    assert all(
        path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() for path in files
    )
    snapshot = build(ten)
    now = export_plan.complete_recipe(ten, snapshot, replace(again, decisions=()))
    export.write(ten, export_plan.replay(ten, now), tmp_path / "three", approved=False)
    assert _written(tmp_path / "three") == [_key(ten, number) for number in (1, 5)]


def test_export__with_a_selection__card_and_accounts_say_how_many_are_outside(ten: Workspace, tmp_path: Path) -> None:
    plan = export_plan.replay(ten, _recipe(ten, [1, 3, 5, 9]))
    manifest = export.write(ten, plan, tmp_path / "out", approved=False)
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Only a selection was allowed to go out: 4 samples, some of them. 6 samples are outside of it." in card
    assert "| outside the selection | selection | 6 | 6 | 4 |" in card
    (account,) = manifest["accounting"]
    assert (account["outside"], account["filtered"], account["exported"]) == (6, 1, 3)
    fates = pl.read_csv(tmp_path / "out" / "winnow" / "accounting.csv")
    assert fates.filter(pl.col("fate") == "outside")["row"].to_list() == [0, 2, 4, 6, 7, 8]
    causes = ledger.ledger(plan)
    assert ledger.by_cause(causes)["samples"].sum() == 10
    assert ledger.reasons(plan, causes, 0) == ("outside the selection",)
    assert plan.by_task()["before"].sum() == 10


def test_export__without_a_selection__speaks_of_none(ten: Workspace, tmp_path: Path) -> None:
    chosen = replace(_recipe(ten, [1]), selection=None)
    export.write(ten, export_plan.replay(ten, chosen), tmp_path / "out", approved=False)
    assert "selection" not in (tmp_path / "out" / "README.md").read_text()
    assert b"selection" not in (tmp_path / "out" / "winnow" / "recipe.json").read_bytes()


def test_quota__counts_the_selection_only(ten: Workspace) -> None:
    plan = export_plan.replay(ten, _recipe(ten, [1, 3, 5, 7], quota=Quota(total=2)))
    assert plan.size == 2
    assert set(np.flatnonzero(plan.selected)) < {1, 3, 5, 7}
    assert all(account.adds_up for account in accounting.accounts(ten, plan))


def test_recipe__with_a_selection__is_read_as_it_was_written(ten: Workspace) -> None:
    chosen = _recipe(ten, [2, 4])
    assert recipes.loads(recipes.dumps(chosen)) == chosen
    assert "selection: 2 samples, some of them -> none" in recipes.differences(chosen, replace(chosen, selection=None))
    for damaged in ({"words": "x"}, {"words": 1, "keys": []}, {"words": "x", "keys": [1]}, {"keys": "abc"}, []):
        data = orjson.loads(recipes.dumps(chosen)) | {"selection": damaged}
        with pytest.raises(RecipeError):
            recipes.loads(orjson.dumps(data))


def test_replay__selection_of_samples_that_are_not_here__is_refused_and_names_them(ten: Workspace) -> None:
    chosen = _recipe(ten, [2])
    assert chosen.selection is not None
    keys = (*chosen.selection.keys, "elsewhere#0")
    with pytest.raises(RecipeError, match=r"Of the 2 samples of the selection \(x\), 1 is not in this .*elsewhere#0"):
        export_plan.replay(ten, replace(chosen, selection=SampleSelection("x", keys)))


def test_of_keys__lines_of_an_export__empty_and_repeated_ones_count_once(ten: Workspace) -> None:
    key = _key(ten, 2)
    assert selecting.of_keys(ten, [key, "", f" {key}\r"], "the list a.txt").keys == (key,)
    with pytest.raises(RecipeError, match=r"no sample in the list a\.txt"):
        selecting.of_keys(ten, ["", " "], "the list a.txt")


def test_of_queue__is_the_queue_of_then(ten: Workspace) -> None:
    decision_log.decide(ten, "ann", "sample", _key(ten, 4), "approve")
    decision_log.decide(ten, "bob", "sample", _key(ten, 4), "reject")
    selection = selecting.of_queue(ten, build(ten), Queue("disagreed"), "ann")
    assert selection == SampleSelection("queue “Reviewers disagree”", (_key(ten, 4),))
    for queue, why in ((Queue("nothing"), "no queue 'nothing'"), (Queue("task", "chess"), "no task 'chess'")):
        with pytest.raises(UnknownNameError, match=why):
            selecting.of_queue(ten, build(ten), queue, "ann")


def test_of_tag__samples_that_carry_it(ten: Workspace) -> None:
    decision_log.decide(ten, "ann", "tag", decision_keys.tag(_key(ten, 6), "kitchen"), "add")
    assert selecting.of_tag(ten, build(ten), "kitchen") == SampleSelection("tag “kitchen”", (_key(ten, 6),))
    with pytest.raises(UnknownNameError, match="no tag 'kitchn'"):
        selecting.of_tag(ten, build(ten), "kitchn")


def test_of_cluster__by_name_or_number(ten: Workspace) -> None:
    snapshot: Snapshot = build(ten)
    with pytest.raises(RecipeError, match="no map yet"):
        selecting.of_cluster(ten, snapshot, "kitchen")
    names = {0: "kitchen, stove", 1: "street", 2: "street"}
    lay_out(ten, "map_images", [(0.0, 0.0)] * 10, [0, 0, 1, 1, 1, -1, -1, 2, 2, 2], names)
    by_name = selecting.of_cluster(ten, snapshot, "kitchen, stove")
    assert by_name.keys == (_key(ten, 0), _key(ten, 1))
    assert by_name.words == "cluster “kitchen, stove” of the map of images"
    assert selecting.of_cluster(ten, snapshot, "map_images:0") == by_name
    with pytest.raises(RecipeError, match="Several clusters are called 'street': map_images:1"):
        selecting.of_cluster(ten, snapshot, "street")
    with pytest.raises(UnknownNameError, match="no cluster 'kitchen, stov'"):
        selecting.of_cluster(ten, snapshot, "kitchen, stov")
