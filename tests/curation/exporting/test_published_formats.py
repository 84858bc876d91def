"""Splits in the formats of published sets: what goes out can be imported again, and what cannot go out is named."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation.balancing import export_plan
from curation.exporting import export, export_folder
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.importing.options import ImportOptions
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import samples

Write = Callable[..., Path]
PUBLISHED = ("coco_arc", "data_juicer", "lrv", "m3it", "mimic_it", "multiinstruct")
ALONE = "(whole rows without an answer and one image that is called .jpg)"


@pytest.fixture
def talks(workspace: Workspace, llava: Write, photo: Write) -> Workspace:
    """A question on each of two photos, one of them PNG; a description in two turns; a text without a photo."""
    photo("a.png", seed=1)
    photo("b.jpg", seed=2)
    rows = [
        row("<image>\nWhat colour is the cat?", "Grey.", image="a.png"),
        row("<image>\nDescribe the image.", "A street at night.", "How many cars are there?", "Two.", image="b.jpg"),
        row("Who wrote Hamlet?", "Shakespeare."),
    ]
    import_file(workspace, llava(rows))
    return workspace


def _export(workspace: Workspace, out: Path, name: str, images: str = "copy") -> dict[str, Any]:
    recipe = export_plan.complete_recipe(workspace, build(workspace), Recipe(name="split"))
    plan = export_plan.replay(workspace, recipe)
    return export.write(workspace, plan, out, approved=False, form=Form(name, images))


def _rows(out: Path) -> list[Any]:
    (path,) = (out / "data").glob("train.*")
    text = path.read_text()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    listed = json.loads(text)
    return listed if isinstance(listed, list) else listed["annotations"]


def _instructions_and_responses(workspace: Workspace, dataset: str) -> set[tuple[str, str]]:
    stored = [samples.one(workspace.store, number) for number in range(samples.count(workspace.store))]
    return {
        (turn["instruction"].replace("<image>", "").strip(), turn["response"])
        for sample in stored
        if sample and sample["dataset"] == dataset
        for turn in sample["turns"]
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_export__in_a_published_format__is_imported_with_the_same_turns_and_pictures(
    name: str, talks: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _export(talks, out, name)
    (path,) = (out / "data").glob("train.*")
    apart = out / "data" / "images.json"
    images = apart if apart.exists() else out / "data"
    report = import_file(talks, path, ImportOptions(images=images, name="again"))
    assert report.rejected == 0
    assert "missing" not in report.found_by
    before, after = (_instructions_and_responses(talks, dataset) for dataset in ("set", "again"))
    without_image = {("Who wrote Hamlet?", "Shakespeare.")} if name in ("lrv", "multiinstruct") else set()
    assert after == before - without_image


def test_export__minigpt4__only_descriptions_go_out(talks: Workspace, tmp_path: Path) -> None:
    manifest = _export(talks, tmp_path / "out", "minigpt4")
    assert _rows(tmp_path / "out") == [{"image_id": "images/b", "caption": "A street at night."}]
    (lost,) = manifest["not_carried"].values()
    assert lost["(whole rows that do not describe one image that is called .jpg)"] == 2


def test_export__row_without_a_picture__stays_behind_with_the_reason(talks: Workspace, tmp_path: Path) -> None:
    manifest = _export(talks, tmp_path / "out", "lrv")
    (lost,) = manifest["not_carried"].values()
    assert lost[ALONE] == 1
    assert ALONE in (tmp_path / "out" / "README.md").read_text()
    assert len((tmp_path / "out" / export_folder.SAMPLES).read_text().splitlines()) == 2


def test_export__copies_for_a_loader_that_adds_jpg__are_called_so(talks: Workspace, tmp_path: Path) -> None:
    _export(talks, tmp_path / "out", "lrv")
    for new_row in _rows(tmp_path / "out"):
        assert (tmp_path / "out" / "data" / f"{new_row['image_id']}.jpg").is_file()


def test_export__pictures_that_are_no_jpg_named_in_place__stay_behind(talks: Workspace, tmp_path: Path) -> None:
    manifest = _export(talks, tmp_path / "out", "lrv", images="reference")
    (lost,) = manifest["not_carried"].values()
    assert lost[ALONE] == 2


def test_export__m3it__pictures_are_plain_base64(talks: Workspace, tmp_path: Path) -> None:
    _export(talks, tmp_path / "out", "m3it")
    (picture,) = _rows(tmp_path / "out")[0]["image_base64_str"]
    assert base64.b64decode(picture, validate=True) == (tmp_path / "images" / "a.png").read_bytes()


def test_export__mimic_it__names_are_distinct_and_turns_name_one_another(talks: Workspace, tmp_path: Path) -> None:
    _export(talks, tmp_path / "out", "mimic_it")
    document = json.loads((tmp_path / "out" / "data" / "train.json").read_text())
    pictures = json.loads((tmp_path / "out" / "data" / "images.json").read_text())
    assert len(document["data"]) == 4
    related = {name: entry["rel_ins_ids"] for name, entry in document["data"].items() if entry["rel_ins_ids"]}
    assert len(related) == 2
    assert {other for others in related.values() for other in others} == related.keys()
    assert {name for entry in document["data"].values() for name in entry["image_ids"]} == pictures.keys()
