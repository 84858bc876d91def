"""From the file to the export: every row of every dataset has one fate, and all of them add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from support import row

from curation.balancing import export_plan
from curation.decisions import decision_log
from curation.exporting import accounting, export, export_folder
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.filtering.thresholds import Board, standing_verdicts
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Limit, Quota, Recipe
from curation.workspace import Workspace
from storage import datasets

Write = Callable[..., Path]


def _rows(draw: np.random.Generator, count: int, name: str) -> list[Any]:
    """Good rows, empty answers, refused ones, copies and rows that are no conversation, in any order."""
    made: list[Any] = []
    for number in range(count):
        kind = draw.choice(["good", "good", "good", "long", "empty", "broken", "copy"])
        if kind == "broken":
            made.append({"id": f"{name}{number}"})
        elif kind == "copy" and made:
            made.append(made[-1])
        else:
            answer = "" if kind == "empty" else f"Answer {number} of {name}."
            more = ("And then?", "Nothing.") if kind == "long" else ()
            made.append(row(f"What is {number}?", answer, *more, tag=number))
    return made


@pytest.fixture
def three(workspace: Workspace, llava: Write) -> Workspace:
    """Three datasets of 40, 25 and 8 rows."""
    draw = np.random.default_rng(7)
    for name, count in (("a", 40), ('b, "two"', 25), ("c", 8)):
        import_file(workspace, llava(_rows(draw, count, name), f"{len(name)}{count}.json"), ImportOptions(name=name))
    return workspace


def _decide(workspace: Workspace, draw: np.random.Generator) -> None:
    """Some samples are approved or rejected, some turns dropped or rewritten, some flags decided."""
    snapshot = build(workspace)
    keys = snapshot.samples["key"].to_list()
    for key in draw.choice(keys, 8, replace=False):
        decision_log.decide(workspace, "ann", "sample", str(key), str(draw.choice(["approve", "reject"])))
    for key in draw.choice(keys, 6, replace=False):
        payload = {"response": "Another."} if draw.random() < 0.5 else {}
        decision_log.decide(workspace, "ann", "turn", f"{key}@0", "edit" if payload else "drop", payload)
    for flag_id in snapshot.flags["flag_id"].to_list()[::3]:
        decision_log.decide(workspace, "ann", "flag", flag_id, str(draw.choice(["confirm", "dismiss"])))


QUOTAS = (
    Quota(),
    Quota(total=15),
    Quota(axes=("task", "dataset"), cap=12),
    Quota(weights={"a": 2, "c": 0.5}),
    Quota(weights={"a": 0}, total=10),
    Quota(axes=("dataset",), limits=(Limit("dataset", "a", at_most=5), Limit("dataset", "c", at_least=100))),
)


@pytest.mark.parametrize("seed", range(4))
def test_accounts__add_up_under_edits_drops_quotas_and_weights(three: Workspace, seed: int) -> None:
    draw = np.random.default_rng(seed)
    _decide(three, draw)
    snapshot = build(three)
    board = Board(snapshot)
    whole = export_plan.complete_recipe(three, snapshot, Recipe(drop_flags=("empty_response",), seed=seed))
    for quota in QUOTAS:
        planned = export_plan.make_plan(three, replace(whole, quota=quota), board)
        accounts = accounting.accounts(three, planned)
        assert [(one.dataset, one.rows) for one in accounts] == [("a", 40), ('b, "two"', 25), ("c", 8)]
        assert all(one.adds_up for one in accounts)
        assert sum(one.count(accounting.EXPORTED) for one in accounts) == planned.size
        fates = accounting.fates(three, planned)
        assert fates.select("dataset", "row").n_unique() == fates.height == 73
        assert set(fates["fate"]) <= set(accounting.FATES)
        counted = Counter(fates.select("dataset", "fate").rows())
        assert counted == Counter(
            {(one.dataset, fate): one.count(fate) for one in accounts for fate in accounting.FATES if one.count(fate)}
        )
        lost = fates.filter(pl.col("fate").is_in([accounting.EXPORTED]).not_())
        assert (lost["reason"] != "").all()


def test_accounts__recipe_of_one_dataset__speaks_of_no_other(three: Workspace) -> None:
    snapshot = build(three)
    whole = export_plan.complete_recipe(three, snapshot, Recipe())
    planned = export_plan.make_plan(three, replace(whole, datasets={"c": whole.datasets["c"]}), Board(snapshot))
    assert [one.dataset for one in accounting.accounts(three, planned)] == ["c"]
    assert set(accounting.fates(three, planned)["dataset"]) == {"c"}


def test_export__accounting_is_in_manifest_card_and_file__and_again_the_same(three: Workspace, tmp_path: Path) -> None:
    keys = build(three).samples["key"].to_list()
    decision_log.decide(three, "ann", "turn", f"{keys[0]}@0", "edit", {"response": "Another."})
    snapshot = build(three)
    quota = Quota(weights={"a": 2.0})
    recipe = export_plan.complete_recipe(three, snapshot, Recipe(drop_flags=("empty_response",), quota=quota))
    recipe = replace(recipe, decisions=standing_verdicts(snapshot))
    written = [tmp_path / "one", tmp_path / "two"]
    for out in written:
        manifest = export.write(three, export_plan.replay(three, recipe), out, approved=False)
    for name in ("data/train.json", export_folder.ACCOUNTING, export_folder.MANIFEST, "README.md"):
        assert (written[0] / name).read_bytes() == (written[1] / name).read_bytes()
    listed = pl.read_csv(written[0] / export_folder.ACCOUNTING)
    exported = listed.filter(pl.col("fate") == "exported")
    assert exported.height == len(json.loads((written[0] / "data" / "train.json").read_bytes())) == manifest["samples"]
    assert exported.filter(pl.col("reason") == accounting.EDITED).height == 1
    for one in manifest["accounting"]:
        fates = ("rejected", "filtered", "decided", "over_quota", "exported")
        assert one["rows"] == sum(one[fate] for fate in fates) == sum(part["rows"] for part in one["parts"])
        assert one["imported"] == one["rows"] - one["rejected"]
        by_outcome = datasets.outcomes(three.store, datasets.by_name(three.store, one["dataset"])["dataset_no"])
        assert one["rows"] == sum(by_outcome.values())
    card = (written[0] / "README.md").read_text()
    assert "## What became of every row" in card
    assert 'b, "two"' in card
    assert "proportional to their weights" in card
    assert orjson.loads((written[0] / "winnow" / "manifest.json").read_bytes())["quota"]["weights"] == {"a": 2.0}


def test_fates__rows_that_a_format_cannot_hold__are_not_exported(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    rows = [row("What is it?", "A cup.", image="a.png"), row("Why?", "Because.")]
    import_file(workspace, llava(rows))
    plan = export_plan.replay(workspace, export_plan.complete_recipe(workspace, build(workspace), Recipe()))
    manifest = export.write(workspace, plan, tmp_path / "out", approved=False, form=Form("multiinstruct"))
    (account,) = manifest["accounting"]
    assert (account["left_behind"], account["exported"]) == (1, 1)
    fates = pl.read_csv(tmp_path / "out" / "winnow" / "accounting.csv")
    assert fates["fate"].to_list() == ["exported", "left_behind"]
    assert fates["reason"][1]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| dataset | rows in the file | rejected at import |" in card
    assert "without a row in the format" in card
    assert "not checked" in card
