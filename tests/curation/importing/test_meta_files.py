from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import row

from curation.formats import llamafactory, registry
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


def _turns(workspace: Workspace) -> list[tuple[str, str]]:
    return workspace.store.frame("SELECT instruction, response FROM turn ORDER BY turn_no").rows()


def test_import__dataset_info__columns_and_tags_of_its_own(workspace: Workspace, photo: Write, tmp_path: Path) -> None:
    photo("a.png")
    chat = [{"who": "customer", "says": "<image>What?"}, {"who": "agent", "says": "A cat."}]
    (tmp_path / "chat.json").write_text(json.dumps([{"talk": chat, "pics": ["images/a.png"], "rules": "Be brief."}]))
    entry = {
        "file_name": "chat.json",
        "formatting": "sharegpt",
        "columns": {"messages": "talk", "images": "pics", "system": "rules"},
        "tags": {"role_tag": "who", "content_tag": "says", "user_tag": "customer", "assistant_tag": "agent"},
    }
    (tmp_path / "dataset_info.json").write_text(json.dumps({"chat": entry, "web": {"hf_hub_url": "a/b"}}))
    (report,) = import_all(workspace, tmp_path / "dataset_info.json")
    assert (report.imported, report.outcomes["imported"], report.found_by) == (1, 1, {"exact": 1})
    assert _turns(workspace) == [("<image>What?", "A cat.")]
    row_format = registry.named(str(workspace.store.one("SELECT format FROM dataset")))
    raw = json.loads(str(workspace.store.one("SELECT raw FROM sample")))
    assert row_format.rewrite(raw, {}) == raw
    assert row_format.rewrite(raw, {1: "A dog."}) == {**raw, "talk": [chat[0], {"who": "agent", "says": "A dog."}]}
    assert row_format.read(raw).system == "Be brief."


def test_import__dataset_info__alpaca_with_columns_of_its_own(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "qa.json").write_text(
        json.dumps([{"ask": "What?", "more": "Look.", "good": "A cat.", "bad": "A dog."}])
    )
    columns = {"prompt": "ask", "query": "more", "chosen": "good", "rejected": "bad"}
    entry = {"file_name": "qa.json", "ranking": True, "columns": columns}
    (tmp_path / "dataset_info.json").write_text(json.dumps({"qa": entry}))
    assert import_all(workspace, tmp_path / "dataset_info.json")[0].imported == 1
    assert _turns(workspace) == [("What?\nLook.", "A cat.")]
    row_format = registry.named(str(workspace.store.one("SELECT format FROM dataset")))
    raw = json.loads(str(workspace.store.one("SELECT raw FROM sample")))
    assert row_format.read(raw).rejected == "A dog."
    assert row_format.rewrite(raw, {1: "A bird."}) == {**raw, "good": "A bird."}


def test_import__dataset_info__only_sets_on_a_hub__one_sentence(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text(json.dumps({"web": {"hf_hub_url": "a/b"}}))
    with pytest.raises(ImportFailedError, match="are all on a hub"):
        import_all(workspace, tmp_path / "dataset_info.json")


def test_import__meta_that_names_a_file_that_is_gone__one_sentence(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps({"one": {"root": "", "annotation": "gone.jsonl"}}))
    with pytest.raises(ImportFailedError, match="there is no file"):
        import_all(workspace, tmp_path / "meta.json")
