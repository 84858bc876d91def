from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from support import row, score_all

from curation.balancing import export_plan
from curation.decisions import decision_log
from curation.decisions import keys as decision_keys
from curation.exporting import card, export, export_folder
from curation.exporting.export import ExportError
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes import recipe
from curation.recipes.recipe import Cut, Limit, Quota, Recipe, RecipeError
from curation.workspace import Workspace, metric_settings
from storage import exports
from storage.store import append_frame

Write = Callable[..., Path]


@pytest.fixture
def scored(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Twelve samples of two tasks, one of them empty, scored with two text metrics."""
    photo("a.png")
    rows = [row("Is there a dog in the image?", "No, there is no dog.", image="a.png", extra=[1.0, None])] * 1
    rows += [row("Describe the image in one sentence.", f"A photo of {n} blocks.", image="a.png") for n in range(10)]
    rows.append(row("Describe the image in one sentence.", "", image="a.png"))
    import_file(workspace, llava(rows))
    score_all(workspace, "task", "response_length")
    return workspace


def _recipe(workspace: Workspace, **changes: object) -> Recipe:
    return replace(export_plan.default_recipe(workspace, build(workspace)), cuts=(), **changes)


def _write(workspace: Workspace, chosen: Recipe, out: Path) -> dict[str, object]:
    return export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False)


def test_export__untouched_rows_equal_their_originals(scored: Workspace, tmp_path: Path) -> None:
    original = json.loads((tmp_path / "set.json").read_text())
    _write(scored, _recipe(scored), tmp_path / "out")
    written = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert written == original[:11]
    text = (tmp_path / "out" / "data" / "train.json").read_text()
    assert json.dumps(original[0]) in text


def test_export__same_recipe_gives_the_same_bytes(scored: Workspace, tmp_path: Path) -> None:
    chosen = _recipe(scored, quota=Quota(cap=4), seed=5)
    _write(scored, chosen, tmp_path / "one")
    decision_log.decide(scored, "ann", "sample", build(scored).samples["key"][3], "reject")
    _write(scored, recipe.load(tmp_path / "one" / "winnow" / "recipe.json"), tmp_path / "two")
    _same_files(tmp_path / "one", tmp_path / "two")
    other = _write(scored, replace(chosen, seed=6), tmp_path / "three")
    assert other["samples"] == 5
    assert (tmp_path / "one" / "data" / "train.json").read_bytes() != (
        tmp_path / "three" / "data" / "train.json"
    ).read_bytes()


def _same_files(one: Path, two: Path) -> None:
    names = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert names == {path.relative_to(two) for path in two.rglob("*") if path.is_file()}
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def _with_map(workspace: Workspace) -> str:
    """Puts the first samples on the map of images; returns its version."""
    version = metric_settings.columns(workspace)["map_images"].version
    places = [(number % 4, number // 4) for number in range(10)]
    rows = pl.DataFrame(
        {
            "stage": "map_images", "version": version, "sample_no": range(10), "x": [x for x, _ in places],
            "y": [y for _, y in places], "cluster": [number % 2 for number in range(10)], "run_no": 1,
        }
    )  # fmt: skip
    with workspace.store.transaction("samples", "scores") as cursor:
        append_frame(cursor, "projection", rows)
    return version


def test_export__axes_floors_and_spread__same_bytes_and_the_maps_version(scored: Workspace, tmp_path: Path) -> None:
    version = _with_map(scored)
    limits = (Limit("cluster", "", at_most=3), Limit("task", "captioning", at_least=5))
    quota = Quota(axes=("task", "cluster"), total=6, limits=limits, choice="spread")
    chosen = export_plan.complete_recipe(scored, build(scored), _recipe(scored, quota=quota, seed=5))
    assert chosen.scorers["map_images"] == version
    manifest = _write(scored, chosen, tmp_path / "one")
    _write(scored, recipe.load(tmp_path / "one" / "winnow" / "recipe.json"), tmp_path / "two")
    _same_files(tmp_path / "one", tmp_path / "two")
    card = (tmp_path / "one" / "README.md").read_text()
    assert "Balanced by task and cluster" in card
    assert "spread over the map `map_images`" in card
    assert "at most 3 of every cluster; at least 5 of task captioning" in card
    assert [row["axis"] for row in manifest["balance"]] == ["task", "cluster"]
    keys = (tmp_path / "one" / "winnow" / "samples.txt").read_text().splitlines()
    assert len(keys) == manifest["samples"] == 6


def test_replay__map_of_another_version__one_sentence(scored: Workspace) -> None:
    _with_map(scored)
    chosen = _recipe(scored, quota=Quota(axes=("cluster",)))
    chosen = export_plan.complete_recipe(scored, build(scored), chosen)
    with pytest.raises(RecipeError, match="uses the map 'map_images' of version 0"):
        export_plan.replay(scored, replace(chosen, scorers={**chosen.scorers, "map_images": "0"}))


def test_export__another_dataset_in_the_workspace__changes_nothing(
    scored: Workspace, llava: Write, tmp_path: Path
) -> None:
    chosen = _recipe(scored, quota=Quota(axes=("complexity",), total=6, complexity="response_length"))
    chosen = export_plan.complete_recipe(scored, build(scored), chosen)
    _write(scored, chosen, tmp_path / "one")
    import_file(
        scored, llava([row("Why?", "Because " * n) for n in range(30)], "more.json"), ImportOptions(name="more")
    )
    score_all(scored, "task", "response_length")
    _write(scored, chosen, tmp_path / "two")
    assert (tmp_path / "one" / "data" / "train.json").read_bytes() == (
        tmp_path / "two" / "data" / "train.json"
    ).read_bytes()


def test_export__floor_that_cannot_be_met__is_told_by_manifest_and_card(scored: Workspace, tmp_path: Path) -> None:
    limits = (Limit("task", "captioning", at_least=500),)
    manifest = _write(scored, _recipe(scored, quota=Quota(limits=limits)), tmp_path / "out")
    assert [(one["value"], one["wanted"], one["reached"]) for one in manifest["unmet"]] == [("captioning", 500, 10)]
    assert (
        "Of captioning (task) at least 500 were wanted; 10 could be given"
        in (tmp_path / "out" / "README.md").read_text()
    )


def test_export__data_in_the_card_is_no_markup(scored: Workspace, tmp_path: Path) -> None:
    planned = export_plan.replay(scored, _recipe(scored))
    note = "![x](http://evil.example/x.png) <script>"
    export.write(scored, planned, tmp_path / "out", approved=True, who="ann", note=note)
    text = (tmp_path / "out" / "README.md").read_text()
    assert "\\!\\[x\\](http\\://evil.example/x.png) \\<script\\>" in text


def test_export__edits_are_counted(scored: Workspace, tmp_path: Path) -> None:
    keys = build(scored).samples["key"].to_list()
    decision_log.decide(scored, "ann", "turn", decision_keys.turn(keys[2], 0), "edit", {"response": "Blocks."})
    manifest = _write(scored, _recipe(scored), tmp_path / "out")
    assert manifest["edits"] == {"rows": 1, "rewritten": 1, "shortened": 0}
    assert "1 row leaves with edits by people" in (tmp_path / "out" / "README.md").read_text()


def test_export__decisions_are_in_the_recipe_and_obeyed(scored: Workspace, tmp_path: Path) -> None:
    keys = build(scored).samples["key"].to_list()
    decision_log.decide(scored, "ann", "sample", keys[11], "approve")
    decision_log.decide(scored, "ann", "sample", keys[0], "reject")
    manifest = _write(scored, _recipe(scored), tmp_path / "out")
    assert manifest["decisions"] == {"sample approve": 1, "sample reject": 1}
    written = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert [r["conversations"][1]["value"] for r in written][-1] == ""
    assert "No, there is no dog." not in json.dumps(written)


def test_export__edited_and_dropped_turns__image_mark_moves_on(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    rows = [
        row("What is it?", "A dog.", "Where?", "At home.", "When?", "Today.", image="a.png", extra={"keep": [1, None]}),
        row("Who?", "Ann.", image="a.png"),
    ]
    import_file(workspace, llava(rows))
    keys = build(workspace).samples["key"].to_list()
    decision_log.decide(workspace, "ann", "turn", decision_keys.turn(keys[0], 0), "drop")
    decision_log.decide(
        workspace, "ann", "turn", decision_keys.turn(keys[0], 2), "edit", {"response": "Yesterday – früh."}
    )
    decision_log.decide(workspace, "ann", "turn", decision_keys.turn(keys[1], 0), "drop")
    manifest = _write(workspace, _recipe(workspace), tmp_path / "out")
    written = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    assert [message["value"] for message in written[0]["conversations"]] == [
        "<image>\nWhere?", "At home.", "When?", "Yesterday – früh.",
    ]  # fmt: skip
    assert written[0]["extra"] == {"keep": [1, None]}
    assert len(written) == 1  # nothing is left of the second
    assert manifest["decisions"] == {"turn drop": 2, "turn edit": 1}
    assert manifest["funnel"][0]["filter"] == "every turn dropped"
    replayed = recipe.load(tmp_path / "out" / "winnow" / "recipe.json")
    decision_log.undo(workspace, "ann")
    _write(workspace, replayed, tmp_path / "again")
    assert (tmp_path / "again" / "data" / "train.json").read_bytes() == (
        tmp_path / "out" / "data" / "train.json"
    ).read_bytes()


def test_export__manifest_and_card_say_what_was_done(scored: Workspace, tmp_path: Path) -> None:
    chosen = replace(_recipe(scored), cuts=(Cut("response_length", low=2.0),), quota=Quota(cap=3))
    chosen = export_plan.complete_recipe(scored, build(scored), chosen)
    manifest = _write(scored, chosen, tmp_path / "out")
    assert manifest["thresholds"] == [{"metric": "response_length", "low": 2.0, "high": None}]
    assert manifest["seed"] == 0
    assert manifest["scorers"]["response_length"]["version"]
    assert len(manifest["datasets"]["set"]) == 64
    taken = {one["task"]: one["taken"] for one in manifest["tasks"]}
    assert taken == {"captioning": 3, "object existence": 1}
    card = (tmp_path / "out" / "README.md").read_text()
    assert "4 of 12 vision-language instruction samples from set" in card
    assert "A draft: nobody approved it yet." in card
    assert (tmp_path / "out" / "winnow" / "images.txt").read_text() == "a.png\n"


def test_export__approved__is_recorded_with_its_recipe(scored: Workspace, tmp_path: Path) -> None:
    planned = export_plan.replay(scored, _recipe(scored))
    export.write(scored, planned, tmp_path / "out", approved=True, who="ann")
    recorded = exports.listing(scored.store).to_dicts()[0]
    assert (recorded["who"], json.loads(recorded["manifest"])["status"]) == ("ann", "approved")
    assert recipe.loads(recorded["recipe"].encode()) == planned.recipe


def test_replay__dataset_is_not_here_or_differs__one_sentence(scored: Workspace) -> None:
    with pytest.raises(RecipeError, match="not in this workspace"):
        export_plan.replay(scored, replace(_recipe(scored), datasets={"other": "x"}))
    with pytest.raises(RecipeError, match="its contents differ"):
        export_plan.replay(scored, replace(_recipe(scored), datasets={"set": "x"}))


def test_replay__metric_without_scores_or_unknown__one_sentence(scored: Workspace) -> None:
    with pytest.raises(RecipeError, match="run `score` first"):
        export_plan.replay(scored, replace(_recipe(scored), cuts=(Cut("sharpness", low=0.1),)))
    with pytest.raises(RecipeError, match="does not know"):
        export_plan.replay(scored, replace(_recipe(scored), cuts=(Cut("beauty", low=0.1),)))


def test_write__folder_holds_something_else__it_is_left_alone(scored: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="not an export of Winnow"):
        _write(scored, _recipe(scored), tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"
    assert not list(tmp_path.glob(".out*"))


def test_write__earlier_export__is_replaced(scored: Workspace, tmp_path: Path) -> None:
    _write(scored, _recipe(scored), tmp_path / "out")
    manifest = _write(scored, _recipe(scored, quota=Quota(total=2)), tmp_path / "out")
    assert manifest["samples"] == 2
    assert len(json.loads((tmp_path / "out" / "data" / "train.json").read_text())) == 2


def test_card__of_an_export_of_the_first_version__is_still_told(scored: Workspace, tmp_path: Path) -> None:
    manifest = _write(scored, _recipe(scored, quota=Quota(cap=4)), tmp_path / "out")
    old = {name: manifest[name] for name in manifest if name not in ("approval", "balance", "unmet", "edits")}
    old |= {"status": "approved", "quota": {"cap": 4, "caps": {}, "total": None}}
    text = card.text(old)
    assert "Approved by a person." in text
    assert "Rules: at most 4 of every task." in text


def test_export__only_approved__leaves_out_what_nobody_decided_and_counts_it(scored: Workspace, tmp_path: Path) -> None:
    keys = build(scored).samples["key"].to_list()
    decision_log.decide(scored, "ann", "sample", keys[1], "approve")
    decision_log.decide(scored, "ann", "sample", keys[2], "reject")
    chosen = _recipe(scored, only_approved=True)
    manifest = _write(scored, chosen, tmp_path / "out")
    assert export_folder.keys(tmp_path / "out") == {keys[1]}
    parts = {part["reason"]: part["rows"] for part in manifest["accounting"][0]["parts"]}
    assert parts["approved by nobody"] == 9
    assert sum(parts.values()) == 12
    assert "Only samples that a person approved" in (tmp_path / "out" / "README.md").read_text()
    assert recipe.load(tmp_path / "out" / "winnow" / "recipe.json").only_approved


def test_export__reviewers_differ__is_told_until_somebody_settles_it(scored: Workspace, tmp_path: Path) -> None:
    key = build(scored).samples["key"][1]
    decision_log.decide(scored, "bob", "sample", key, "reject")
    decision_log.decide(scored, "ann", "sample", key, "approve")
    assert _write(scored, _recipe(scored), tmp_path / "out")["disputes"] == 1
    assert "Reviewers differ about 1 of these samples" in (tmp_path / "out" / "README.md").read_text()
