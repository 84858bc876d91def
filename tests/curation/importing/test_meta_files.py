from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.formats import llamafactory
from curation.formats.contract import RowFile
from curation.importing.importer import ImportFailedError, import_all
from curation.workspace import Workspace
from storage import datasets

Write = Callable[..., Path]


def test_import__internvl_meta__every_set_comes_in_with_its_own_images(
    workspace: Workspace, photo: Write, tmp_path: Path
) -> None:
    photo("a.png")
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row("<image>\nWhat?", name, image="a.png")))
    meta = {name: {"root": "images", "annotation": f"{name}.jsonl", "length": 1} for name in ("one", "two")}
    (tmp_path / "meta.json").write_text(json.dumps(meta))
    reports = import_all(workspace, tmp_path / "meta.json")
    assert [(one.dataset, one.imported, one.found_by) for one in reports] == [
        ("one", 1, {"exact": 1}),
        ("two", 1, {"exact": 1}),
    ]
    assert datasets.listing(workspace.store)["format"].to_list() == ["internvl", "internvl"]


def test_import__dataset_info__set_of_llama_factory(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(llamafactory.EXAMPLE)
    rows = RowFile(
        name="mine", split="train", path="mine.json", rows=2, members=frozenset({"messages", "images"}), root=""
    )
    info = json.loads(llamafactory.companion_files([rows])["dataset_info.json"])
    (tmp_path / "dataset_info.json").write_text(json.dumps(info))
    (report,) = import_all(workspace, tmp_path / "dataset_info.json")
    assert (report.dataset, report.imported) == ("mine", 2)


def test_import__meta_that_names_a_file_that_is_gone__one_sentence(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps({"one": {"root": "", "annotation": "gone.jsonl"}}))
    with pytest.raises(ImportFailedError, match="there is no file"):
        import_all(workspace, tmp_path / "meta.json")
