"""A double click on Import, and on Upload, brings one dataset in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from serving import served, visit

from curation.filtering.snapshot import build
from curation.workspace import open_workspace


def _rows(path: Path, word: str) -> Path:
    talk = [{"from": "human", "value": f"What {word}?"}, {"from": "gpt", "value": f"A {word}."}]
    path.write_text(json.dumps([{"id": "1", "conversations": talk}]))
    return path


def test_double_click__on_import_and_on_upload_brings_one_dataset_each(page: Any, tmp_path: Path) -> None:
    by_path, by_upload = _rows(tmp_path / "first.json", "first"), _rows(tmp_path / "second.json", "second")
    with served(tmp_path / "workspace") as address:
        visit(page, address, "ingest")
        page.get_by_role("textbox", name="Dataset file or folder").fill(str(by_path))
        page.get_by_role("button", name="Import", exact=True).dblclick()
        page.get_by_text("first: 1 of 1 row imported").first.wait_for()
        page.get_by_role("tab", name="Upload").click()
        page.locator("input[type=file]").set_input_files(by_upload)
        page.get_by_text("second.json").first.wait_for()
        page.get_by_role("button", name="Upload and import").dblclick()
        page.get_by_text("second: 1 of 1 row imported").first.wait_for()
        page.wait_for_timeout(2500)
        assert page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]').count() == 0
    workspace = open_workspace(tmp_path / "workspace")
    try:
        names = build(workspace).samples["dataset"].to_list()
    finally:
        workspace.close()
    assert sorted(names) == ["first", "second"]
