"""Croissant metadata of an export."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
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


def _lines(path: Path, rows: list[dict[str, object]]) -> None:
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def _source(kind: str, folder: Path) -> Path:
    """A dataset of two rows as files of a kind."""
    rows = [row("What?", "That."), row("Who?", "Nobody.")]
    path = folder / kind
    if kind.startswith("splits"):
        path.mkdir()
        for name, text in (("train", rows[0]), ("test", rows[1])):
            _lines(path / f"{name}.{kind.removeprefix('splits.')}", [text])
    elif kind == "imagefolder":
        for split, color in (("train", "red"), ("test", "blue")):
            (path / split).mkdir(parents=True)
            Image.new("RGB", (8, 8), color).save(path / split / "a.png")
            _lines(path / split / "metadata.jsonl", [{"file_name": "a.png", "text": f"It is {color}."}])
    elif kind.endswith("sv"):
        comma = "," if kind == "rows.csv" else "\t"
        lines = [["id", "question", "answer"], ["0", "What?", "That."], ["1", "Who?", "Nobody."]]
        path.write_text("".join(comma.join(line) + "\n" for line in lines))
    else:
        _lines(path, rows)
    return path


@pytest.mark.parametrize(
    ("kind", "field", "texts"),
    [
        ("rows.jsonl.gz", "conversations/value", ["That.", "Nobody."]),
        ("splits.jsonl", "conversations/value", ["That.", "Nobody."]),
        ("splits.jsonl.gz", "conversations/value", ["That.", "Nobody."]),
        ("rows.csv", "answer", ["That.", "Nobody."]),
        ("rows.tsv", "answer", ["That.", "Nobody."]),
        ("imagefolder", "text", ["It is blue.", "It is red."]),
    ],
)
def test_croissant__its_own_library_reads_rows_as_they_came(
    kind: str, field: str, texts: list[str], workspace: Workspace, tmp_path: Path
) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    out = _exported_as_it_came(workspace, _source(kind, tmp_path), tmp_path / "out")
    dataset = mlcroissant.Dataset(jsonld=str(out / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    values = [
        record[f"{records.name}/{field}"]
        for records in dataset.metadata.record_sets
        for record in dataset.records(records.name)
    ]
    assert sorted((value[-1] if isinstance(value, list) else value).decode() for value in values) == sorted(texts)


@pytest.mark.parametrize("kind", ["rows.jsonl.bz2", "rows.jsonl.xz"])
def test_croissant__file_that_it_cannot_describe__is_named(kind: str, workspace: Workspace, tmp_path: Path) -> None:
    packed = {"bz2": bz2.compress, "xz": lzma.compress}[kind.rpartition(".")[2]]
    path = tmp_path / kind
    path.write_bytes(packed(json.dumps(row("What?", "That.")).encode() + b"\n"))
    document = json.loads((_exported_as_it_came(workspace, path, tmp_path / "out") / "croissant.json").read_text())
    assert document["recordSet"] == []
    assert f"data/train.{kind.partition('.')[2]} is none of them" in document["description"]


def _exported_as_it_came(workspace: Workspace, source: Path, out: Path) -> Path:
    import_file(workspace, source)
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe("curated"))
    export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False)
    return out


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
