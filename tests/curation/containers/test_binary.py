"""Tar, Parquet and folders: read without unpacking, written so that other programs read them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet
from support import row

from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from scoring.image import locator
from storage import samples

Write = Callable[..., Path]


def _export(workspace: Workspace, out: Path, form: Form) -> dict[str, Any]:
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe(name="split"))
    return export.write(workspace, export_plan.replay(workspace, chosen), out, approved=False, form=form)


def _tar(path: Path, files: dict[str, bytes], *links: tuple[str, str]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return path


def _said(text: str) -> bytes:
    return json.dumps(
        {"messages": [{"role": "user", "content": "What?"}, {"role": "assistant", "content": text}]}
    ).encode()


def _members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def test_tar__shards_come_in_and_go_out_the_same(workspace: Workspace, photo: Write, tmp_path: Path) -> None:
    picture = photo("a.png").read_bytes()
    files = {"000.png": picture, "000.json": _said("Blocks."), "001.jpg": picture, "001.txt": b"A photo of blocks."}
    report = import_file(workspace, _tar(tmp_path / "a.tar", files))
    assert (report.rows, report.imported, report.found_by) == (2, 2, {"embedded": 2})
    assert not any(workspace.kept_images.glob("*"))
    (found,) = {one["path"] for one in samples.images(workspace.store).to_dicts()}
    assert locator.read(found) == picture
    _export(workspace, tmp_path / "out", Form())
    written = _members(tmp_path / "out" / "data" / "train-000000.tar")
    assert {name: json.loads(data) if name.endswith("json") else data for name, data in written.items()} == {
        name: json.loads(data) if name.endswith("json") else data for name, data in files.items()
    }


def test_tar__links_and_entries_that_escape__named_and_never_opened(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    path = _tar(
        tmp_path / "a.tar",
        {"../x.json": _said("a"), "ok.json": _said("b")},
        ("link.txt", str(tmp_path / "secret.txt")),
    )
    report = import_file(workspace, path)
    assert report.outcomes == {"imported": 1, "imported_with_lint": 0, "outside_root": 1, "unsafe_entry": 1}
    assert "secret" not in str(workspace.store.rows("SELECT raw FROM sample"))


def test_tar__cut_off__rows_before_it_are_read(workspace: Workspace, photo: Write, tmp_path: Path) -> None:
    files = {f"{n:03d}.json": _said("a" * 2000) for n in range(6)}
    path = _tar(tmp_path / "a.tar", files)
    path.write_bytes(path.read_bytes()[:7000])
    report = import_file(workspace, path)
    assert report.imported >= 2
    assert report.outcomes.get("truncated_file") == 1


def test_parquet__comes_in_and_goes_out_the_same(workspace: Workspace, photo: Write, tmp_path: Path) -> None:
    picture = photo("a.png").read_bytes()
    table = pa.table(
        {
            "image": [{"bytes": picture, "path": "a.png"}, {"bytes": picture, "path": None}],
            "question": ["What?", "Where?"],
            "answer": ["Blocks.", "Here."],
            "level": pa.array([1, None], pa.int8()),
            "when": pa.array([0, 86_400_000], pa.timestamp("ms")),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    report = import_file(workspace, tmp_path / "a.parquet")
    assert (report.imported, report.found_by) == (2, {"embedded": 2})
    assert not any(workspace.kept_images.glob("*"))
    _export(workspace, tmp_path / "out", Form())
    assert parquet.read_table(tmp_path / "out" / "data" / "train.parquet").equals(table)


def test_parquet__export__hugging_face_loads_it_with_its_images(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    photo("a.png", seed=3)
    import_file(workspace, llava([row("What?", "Blocks.", image="a.png"), row("Who?", "Nobody.")]))
    _export(workspace, tmp_path / "out", Form("hf_parquet"))
    loaded = datasets.load_dataset(
        "parquet",
        data_files=str(tmp_path / "out" / "data" / "train.parquet"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert loaded[0]["messages"] == [
        {"role": "user", "content": [{"type": "image", "text": None}, {"type": "text", "text": "What?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Blocks."}]},
    ]
    (picture,) = loaded[0]["images"]
    assert picture.tobytes() == Image.open(tmp_path / "images" / "a.png").tobytes()
    assert loaded[1]["images"] == []


def test_imagefolder__export__hugging_face_loads_it_with_its_images(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    datasets = pytest.importorskip("datasets")
    photo("a.png", seed=3)
    photo("b.png", seed=4)
    rows = [row("<image>What?", "Blocks.", image="a.png"), row("<image>Who?", "Nobody.", image="b.png")]
    import_file(workspace, llava(rows))
    _export(workspace, tmp_path / "out", Form("imagefolder"))
    loaded = datasets.load_dataset(
        "imagefolder",
        data_dir=str(tmp_path / "out" / "data" / "train"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert [one["messages"][1]["content"][0]["text"] for one in loaded] == ["Blocks.", "Nobody."]
    (picture,) = loaded[1]["images"]
    assert picture.tobytes() == Image.open(tmp_path / "images" / "b.png").tobytes()


@pytest.mark.parametrize("metadata", ["metadata.jsonl", "metadata.csv", "metadata.parquet"])
def test_imagefolder__comes_in_and_goes_out_the_same(
    metadata: str, workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    rows = [{"file_name": "a.png", "text": "Some blocks."}, {"file_name": "b.png", "text": "More, “blocks”."}]
    for one in rows:
        photo(one["file_name"], seed=len(one["text"]))
    frame = pl.DataFrame(rows)
    write = {"jsonl": frame.write_ndjson, "csv": frame.write_csv, "parquet": frame.write_parquet}
    write[metadata.split(".")[1]](folder / metadata)
    report = import_file(workspace, folder)
    assert (report.imported, report.found_by) == (2, {"exact": 2})
    _export(workspace, tmp_path / "out", Form())
    read = {"jsonl": pl.read_ndjson, "csv": pl.read_csv, "parquet": pl.read_parquet}[metadata.split(".")[1]]
    assert read(tmp_path / "out" / "data" / "train" / metadata).to_dicts() == rows
    assert (tmp_path / "out" / "data" / "train" / "a.png").read_bytes() == (folder / "a.png").read_bytes()


def test_imagefolder__same_names_in_two_splits__each_row_has_its_own_image(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    for seed, split in enumerate(("test", "train")):
        photo(f"{split}/1.png", seed=seed)
        said = {"file_name": "1.png", "text": split}
        (tmp_path / "images" / split / "metadata.jsonl").write_text(json.dumps(said))
    report = import_file(workspace, tmp_path / "images")
    assert report.found_by == {"exact": 2}
    assert len(samples.images(workspace.store)) == 2
    _export(workspace, tmp_path / "out", Form())
    for split in ("test", "train"):
        home = tmp_path / "out" / "data" / "train" / split
        assert json.loads((home / "metadata.jsonl").read_text()) == {"file_name": "1.png", "text": split}
        assert (home / "1.png").read_bytes() == (tmp_path / "images" / split / "1.png").read_bytes()


def test_webdataset__export__a_samples_files_share_their_key(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    picture = photo("a.png").read_bytes()
    rows = [row("<image>What?", "Blocks.", image="a.png"), row("Who?", "Nobody.")]
    import_file(workspace, llava(rows))
    _export(workspace, tmp_path / "out", Form("webdataset"))
    found = _members(tmp_path / "out" / "data" / "train-000000.tar")
    assert list(found) == ["000000000.0.png", "000000000.json", "000000001.json"]
    assert found["000000000.0.png"] == picture
    assert json.loads(found["000000001.json"])["messages"][1]["content"][0]["text"] == "Nobody."
