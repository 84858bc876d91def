"""What a loader reads of an export's folder, by the head of its card."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.row_writer import Form
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace

Write = Callable[..., Path]


def _export(workspace: Workspace, out: Path, form: Form = export.AS_IT_CAME) -> dict[str, Any]:
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))
    return export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False, form=form)


def _head(out: Path) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    first, head, _ = (out / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    assert first == ""
    parsed: dict[str, Any] = yaml.safe_load(head)
    return parsed


def test_head__names_the_rows_and_nothing_else(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    import_file(workspace, llava([row("q", "a")]))
    _export(workspace, tmp_path / "out")
    (config,) = _head(tmp_path / "out")["configs"]
    assert config["data_files"] == [{"split": "train", "path": ["data/train.json"]}]


def test_head__datasets_that_came_differently__a_configuration_each(
    workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    import_file(workspace, llava([row("q", "a")]), ImportOptions(name="o/n*e"))
    (tmp_path / "two.jsonl").write_text(json.dumps(row("q", "b")))
    import_file(workspace, tmp_path / "two.jsonl", ImportOptions(name="dpo"))
    _export(workspace, tmp_path / "out")
    files = {config["config_name"]: config["data_files"][0]["path"] for config in _head(tmp_path / "out")["configs"]}
    assert files == {"o-n-e": ["data/train-o-n-e.json"], "dpo-2": ["data/train-dpo-2.jsonl"]}


def test_load_dataset__folder_of_an_export__gives_its_rows(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    import_file(workspace, llava([row(f"q {n}", f"a {n}") for n in range(3)]))
    _export(workspace, tmp_path / "out")
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert list(loaded) == ["train"]
    assert [one["conversations"][1]["value"] for one in loaded["train"]] == ["a 0", "a 1", "a 2"]


def test_load_dataset__columns_that_only_late_rows_have__are_there(
    workspace: Workspace, llava: Write, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    rows = [json.dumps(row(f"q {n}", "a")) for n in range(5_500)]
    rows.append(json.dumps(row("q", "a", topic="late")))
    (tmp_path / "set.jsonl").write_text("\n".join(rows))
    import_file(workspace, tmp_path / "set.jsonl")
    _export(workspace, tmp_path / "out")
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["train"]
    assert loaded.num_rows == 5_501
    assert (loaded[0]["topic"], loaded[5_500]["topic"]) == (None, "late")


def test_load_dataset__webdataset_whose_first_rows_have_no_picture__has_the_pictures(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    photo("a.png", seed=1)
    rows = [row(f"q {n}", "a") for n in range(6)]
    import_file(workspace, llava([*rows, row("<image>\nWhat?", "That.", image="a.png")]))
    _export(workspace, tmp_path / "out", Form("webdataset"))
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))["train"]
    pictures = [value for value in loaded[6].values() if hasattr(value, "getbands")]
    assert [picture.size for picture in pictures] == [(320, 240)]
    assert loaded[0]["json"]["messages"][1]["content"][0]["text"] == "a"


def test_card__rows_that_mix_types__are_named(workspace: Workspace, llava: Write, tmp_path: Path) -> None:
    rows = [row("q", "a", rating="good"), row("r", "b", rating=5)]
    import_file(workspace, llava(rows))
    manifest = _export(workspace, tmp_path / "out")
    assert manifest["configs"][0]["mixed"] == "rating (string, number)"
    assert "Rows mix types in rating (string, number)" in (tmp_path / "out" / "README.md").read_text()
    assert "dataset_info" not in _head(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "data" / "train.json").read_text()) == rows
