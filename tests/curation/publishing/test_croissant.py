"""Croissant metadata of an export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.row_writer import Form
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace


@pytest.fixture
def out(workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path], tmp_path: Path) -> Path:
    """An export as messages in JSON Lines."""
    photo("a.png")
    rows = [row("What?", "That.", image="a.png", license="CC BY 4.0"), row("Who?", "Nobody.")]
    import_file(workspace, llava(rows))
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))
    form = Form("swift", images="copy")
    export.write(workspace, export_plan.replay(workspace, chosen), tmp_path / "out", approved=False, form=form)
    return tmp_path / "out"


def test_croissant__names_every_file_with_its_checksum(out: Path) -> None:
    document = json.loads((out / "croissant.json").read_text())
    assert document["license"] == ["CC BY 4.0"]
    assert "data/train.jsonl" in {file["name"] for file in document["distribution"]}
    for file in document["distribution"]:
        assert hashlib.sha256((out / file["contentUrl"]).read_bytes()).hexdigest() == file["sha256"]


def test_croissant__its_own_library_reads_the_rows(out: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    dataset = mlcroissant.Dataset(jsonld=str(out / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    records = list(dataset.records("default/train"))
    answers = [record["default/train/messages/content"][-1] for record in records]
    assert answers == [b"That.", b"Nobody."]


@pytest.fixture
def written(
    workspace: Workspace, llava: Callable[..., Path], photo: Callable[..., Path], tmp_path: Path
) -> Callable[[Form], Path]:
    """Writes two rows, of which one has a picture, in a form."""
    photo("a.png")
    import_file(workspace, llava([row("What?", "That.", image="a.png"), row("Who?", "Nobody.")]))
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))

    def write(form: Form) -> Path:
        folder = tmp_path / "written"
        export.write(workspace, export_plan.replay(workspace, chosen), folder, approved=False, form=form)
        return folder

    return write


@pytest.mark.parametrize(
    ("form", "field", "texts"),
    [
        (Form(), "conversations/value", [b"That.", b"Nobody."]),
        (Form("hf_parquet", images="pack"), "messages/role", [b"assistant", b"assistant"]),
        (Form("swift", images="pack"), "messages/content", [b"That.", b"Nobody."]),
    ],
)
def test_croissant__its_own_library_reads_the_rows_of_each_container(
    written: Callable[[Form], Path], form: Form, field: str, texts: list[bytes]
) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    dataset = mlcroissant.Dataset(jsonld=str(written(form) / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert [record[f"default/train/{field}"][-1] for record in dataset.records("default/train")] == texts


def test_croissant__of_a_list_columns_that_a_row_lacks_are_left_out(written: Callable[[Form], Path]) -> None:
    (records,) = json.loads((written(Form()) / "croissant.json").read_text())["recordSet"]
    names = {field["name"].removeprefix("default/train/") for field in records["field"]}
    assert {"conversations/from", "conversations/value"} <= names
    assert "image" not in names


def test_croissant__parquet_is_described_by_its_own_types(written: Callable[[Form], Path]) -> None:
    (records,) = json.loads((written(Form("hf_parquet", images="pack")) / "croissant.json").read_text())["recordSet"]
    names = {field["name"].removeprefix("default/train/") for field in records["field"]}
    assert "messages/role" in names
    assert "images/bytes" not in names


def test_croissant__shards_have_files_only__and_the_metadata_says_why(written: Callable[[Form], Path]) -> None:
    document = json.loads((written(Form("webdataset", images="pack")) / "croissant.json").read_text())
    assert document["recordSet"] == []
    assert "Rows of default are not described" in document["description"]


def test_card__licences__are_told_as_rows_state_them(out: Path) -> None:
    text = (out / "README.md").read_text()
    assert "| set | CC BY 4.0 |" in text
    assert 'license: "cc-by-4.0"' in text
