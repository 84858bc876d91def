"""Training, validation and test data: whole groups, by the shares of the recipe, the same on every replay."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import row, score_all

from curation.__main__ import main
from curation.balancing import export_plan
from curation.decisions import decision_log
from curation.exporting import export
from curation.exporting.row_writer import Form
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes import draft, recipe
from curation.recipes.recipe import Recipe, RecipeError, Splits
from curation.workspace import Workspace

Write = Callable[..., Path]
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


@pytest.fixture
def sharing(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """Sixty samples on twenty images, of which each is in three rows; the last row links two images."""
    for number in range(20):
        photo(f"{number}.png", seed=number)
    rows = [row(f"What {n}?", f"Thing {n}.", image=f"{n % 20}.png", id=str(n)) for n in range(59)]
    rows.append({**row("<image>\n<image>\nWhich?", "Both.", id="59"), "image": ["0.png", "1.png"]})
    import_file(workspace, llava(rows))
    return workspace


def _recipe(workspace: Workspace, splits: Splits, seed: int = 0) -> Recipe:
    return export_plan.complete_recipe(workspace, build(workspace), Recipe(splits=splits, seed=seed))


def _export(workspace: Workspace, chosen: Recipe, out: Path, form: Form = export.AS_IT_CAME) -> dict[str, Any]:
    return export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False, form=form)


def _rows(out: Path) -> dict[str, list[dict[str, Any]]]:
    return {path.stem: json.loads(path.read_text()) for path in (out / "data").glob("*.json")}


def _images(rows: list[dict[str, Any]]) -> set[str]:
    return {name for one in rows for name in ([one["image"]] if isinstance(one["image"], str) else one["image"])}


def test_split__by_image__no_image_is_in_two_splits(sharing: Workspace, tmp_path: Path) -> None:
    manifest = _export(sharing, _recipe(sharing, Splits(SHARES)), tmp_path / "out")
    rows = _rows(tmp_path / "out")
    assert {name: len(members) for name, members in rows.items()} == manifest["splits"]["samples"]
    assert set(rows) == set(SHARES)
    assert sum(len(members) for members in rows.values()) == 60
    assert all(3 <= len(rows[name]) <= 9 for name in ("validation", "test"))
    names = [_images(members) for members in rows.values()]
    assert sum(len(images) for images in names) == len(set.union(*names)) == 20
    assert manifest["splits"]["groups"] == 19
    assert "Samples of one image are in one split: 19 groups" in (tmp_path / "out" / "README.md").read_text()


def test_split__replayed__same_bytes__and_another_seed_draws_others(sharing: Workspace, tmp_path: Path) -> None:
    _export(sharing, _recipe(sharing, Splits(SHARES)), tmp_path / "one")
    _export(sharing, recipe.load(tmp_path / "one" / "winnow" / "recipe.json"), tmp_path / "two")
    _export(sharing, _recipe(sharing, Splits(SHARES), seed=4), tmp_path / "three")
    one, two, three = ((tmp_path / name / "data" / "test.json").read_bytes() for name in ("one", "two", "three"))
    assert one == two != three


def test_split__other_datasets_in_the_workspace__change_nothing(
    sharing: Workspace, llava: Write, tmp_path: Path
) -> None:
    chosen = _recipe(sharing, Splits(SHARES))
    _export(sharing, chosen, tmp_path / "one")
    linking = [{**row("<image>\n<image>\nSame?", "No.", id=str(n)), "image": [f"{n}.png", "19.png"]} for n in range(9)]
    import_file(sharing, llava(linking, "more.json"), ImportOptions(name="more"))
    _export(sharing, chosen, tmp_path / "two")
    assert _rows(tmp_path / "one") == _rows(tmp_path / "two")


def test_split__by_duplicates__copies_on_other_images_stay_together(
    workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    rows = [row(f"Who wrote book number {n % 10}?", f"The author of number {n % 10}.", id=str(n)) for n in range(30)]
    import_file(workspace, llava(rows))
    with pytest.raises(RecipeError, match="run `score --metrics duplicates` first"):
        _export(workspace, _recipe(workspace, Splits(SHARES, "duplicates")), tmp_path / "out")
    score_all(workspace, "duplicates")
    chosen = _recipe(workspace, Splits(SHARES, "duplicates"))
    assert "duplicates" in chosen.scorers
    _export(workspace, chosen, tmp_path / "out")
    questions = [{one["conversations"][0]["value"] for one in members} for members in _rows(tmp_path / "out").values()]
    assert len(questions) == 3
    assert sum(len(asked) for asked in questions) == 10


def test_split__by_dataset__each_dataset_is_in_one(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        import_file(workspace, llava([row(f"{name} {n}", "x") for n in range(5)], f"{name}.json"))
    _export(workspace, _recipe(workspace, Splits({"train": 0.6, "test": 0.4}, "dataset")), tmp_path / "out")
    letters = {
        name: {one["conversations"][0]["value"][0] for one in members}
        for name, members in _rows(tmp_path / "out").items()
    }
    assert letters["train"] | letters["test"] == {"a", "b", "c"}
    assert not letters["train"] & letters["test"]


def test_split__of_the_rows_own_field__is_kept(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    rows = [row("1", "a", split="val-2"), row("2", "b", split="train"), row("3", "c"), row("4", "d", split=7)]
    import_file(workspace, llava(rows))
    manifest = _export(workspace, _recipe(workspace, Splits(by="field")), tmp_path / "out")
    assert manifest["splits"]["samples"] == {"train": 3, "val_2": 1}
    assert [one["split"] for one in _rows(tmp_path / "out")["val_2"]] == ["val-2"]


def test_split__labels_of_people__go_with_their_samples(sharing: Workspace, tmp_path: Path) -> None:
    for key in build(sharing).samples["key"].to_list():
        decision_log.decide(sharing, "ann", "sample", key, "approve")
    form = Form("llamafactory", preferences=("kto",))
    manifest = _export(sharing, _recipe(sharing, Splits(SHARES)), tmp_path / "out", form)
    assert {name: manifest["rows"][f"{name}-kto"] for name in SHARES} == manifest["splits"]["samples"]
    info = json.loads((tmp_path / "out" / "data" / "dataset_info.json").read_text())
    assert set(SHARES) <= set(info)


def test_split__loaded__every_split_has_its_rows(sharing: Workspace, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    manifest = _export(sharing, _recipe(sharing, Splits(SHARES)), tmp_path / "out", Form("hf_parquet"))
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {name: split.num_rows for name, split in loaded.items()} == manifest["splits"]["samples"]


@pytest.mark.parametrize(
    ("shares", "by", "why"),
    [
        ({"train": 0.5, "test": 0.4}, "image", "add up to 0.9, not to 1"),
        ({"train": 1.5, "test": -0.5}, "image", "above 0 and at most 1"),
        ({"../x": 1.0}, "image", "no name for a split"),
        ({"train": 1.0}, "moon", "not by 'moon'"),
    ],
)
def test_recipe__splits_that_cannot_be__one_sentence(shares: dict[str, float], by: str, why: str) -> None:
    with pytest.raises(RecipeError, match=why):
        recipe.loads(json.dumps({"splits": {"shares": shares, "by": by}}).encode())


def test_recipe__without_splits__has_the_bytes_of_earlier_ones() -> None:
    assert b"splits" not in recipe.dumps(Recipe())
    assert recipe.loads(recipe.dumps(Recipe(splits=Splits(SHARES)))).splits == Splits(SHARES)


def test_draft__splits__are_changed_and_taken_back(workspace: Workspace) -> None:
    before = Recipe()
    changed = draft.change(workspace, "ann", [before], replace(before, splits=Splits(SHARES)), before).recipe
    assert changed.splits == Splits(SHARES)
    assert draft.undo(workspace, "ann", before).recipe.splits == Splits()


def test_command__split_options__are_in_the_recipe_of_the_export(
    sharing: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(sharing.folder)
    recipe.save(_recipe(sharing, Splits()), tmp_path / "recipe.json")
    sharing.close()
    command = ["export", "--workspace", folder, "--recipe", str(tmp_path / "recipe.json"), "--out", str(tmp_path / "o")]
    assert main([*command, "--split", "train=0.9,test=0.1"]) == 0
    assert recipe.load(tmp_path / "o" / "winnow" / "recipe.json").splits == Splits({"train": 0.9, "test": 0.1})
    assert main([*command, "--split", "train=0.9"]) != 0
    assert "add up to 0.9" in capsys.readouterr().err
