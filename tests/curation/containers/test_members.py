"""Objects that hold their rows in a member: also under the name of a split, and never half of them in silence."""

from __future__ import annotations

import json
from pathlib import Path

from curation.importing.importer import import_file
from curation.workspace import Workspace

ROW = {"question": "What?", "answer": "A dog."}


def test_import__rows_under_the_name_of_a_split(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "set.json").write_text(json.dumps({"train": [ROW, ROW]}))
    assert import_file(workspace, tmp_path / "set.json").imported == 2


def test_import__several_splits_in_one_object__says_which_were_not_read(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "set.json").write_text(json.dumps({"version": 1, "train": [ROW], "test": [ROW]}))
    report = import_file(workspace, tmp_path / "set.json")
    assert (report.imported, report.outcomes["other_split"]) == (1, 1)
