"""Folders of splits, as hubs and `save_to_disk` have them: every row comes in and its split stays a field of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa
import pytest
from support import row

from curation.balancing import export_plan
from curation.containers import splits
from curation.exporting import export
from curation.filtering import snapshot as snapshots
from curation.importing.importer import import_file
from curation.workspace import Workspace
from storage import samples

Photo = Callable[..., Path]
TEXTS = ("A dog.", "A cat.", "A cow.")


def _lines(folder: Path) -> None:
    folder.mkdir()
    (folder / "README.md").write_text("---\nconfigs: []\n---\n")
    for name, text in zip(("validation", "train", "test"), TEXTS, strict=True):
        (folder / f"{name}.jsonl").write_text(json.dumps(row("What?", text)) + "\n")


def _parquet(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    for name, text in zip(("train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"), TEXTS, strict=True):
        pl.DataFrame([row("What?", text)]).write_parquet(folder / "data" / f"{name}.parquet")


def _saved_to_disk(folder: Path) -> None:
    picture = folder.parent / "images" / "a.png"
    for name, text in zip(("train", "test"), TEXTS, strict=False):
        (folder / name).mkdir(parents=True)
        table = pa.Table.from_pylist([row("What?", text) | {"image": {"bytes": picture.read_bytes(), "path": "a.png"}}])
        path = str(folder / name / "data-00000-of-00001.arrow")
        with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
        (folder / name / "state.json").write_text("{}")
    (folder / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (_lines, ["train", "validation", "test"]),
        (_parquet, ["train", "train", "test"]),
        (_saved_to_disk, ["train", "test"]),
    ],
)
def test_import__all_rows_with_their_split_and_out_again(
    workspace: Workspace, photo: Photo, tmp_path: Path, make: Callable[[Path], None], named: list[str]
) -> None:
    photo("a.png")
    make(tmp_path / "set")
    report = import_file(workspace, tmp_path / "set")
    assert (report.imported, report.rejected) == (len(named), 0)
    rows = [orjson.loads(raw) for raw in samples.rows(workspace.store, range(len(named)))["raw"]]
    assert [one["split"] for one in rows] == named
    plan = export_plan.replay(workspace, export_plan.default_recipe(workspace, snapshots.build(workspace)))
    export.write(workspace, plan, tmp_path / "out", approved=False)
    written = sorted(path.name for path in (tmp_path / "out" / "data").rglob("*") if path.is_file())
    assert len(written) == len(set(named))
    assert all(any(split in name for name in written) for split in named)


@pytest.mark.parametrize("text", ['{"split":"train","id":"0"}', '{"split": "train", "id":"0"}'])
def test_row__written_anew_or_not__loses_the_split_that_was_added(text: str) -> None:
    assert splits.as_written(text, {"splits": ["train"]}) == '{"id":"0"}'


def test_import__a_row_with_a_split_of_its_own__keeps_it(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    text = json.dumps(row("What?", "A dog.") | {"split": "mine"})
    (tmp_path / "set" / "train.jsonl").write_text(text + "\n")
    import_file(workspace, tmp_path / "set")
    assert samples.rows(workspace.store, [0])["raw"].to_list() == [text]


def test_files__other_folders_have_none(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n")
    assert splits.files(tmp_path) == []


def test_import__feather__as_pandas_writes_it(workspace: Workspace, photo: Photo, tmp_path: Path) -> None:
    photo("a.png")
    frame = pl.DataFrame({"image": ["a.png"], "question": ["What?"], "answer": ["A dog."], "score": [None]})
    frame.write_ipc(tmp_path / "rows.feather")
    report = import_file(workspace, tmp_path / "rows.feather")
    assert (report.imported, report.found_by) == (1, {"exact": 1})
