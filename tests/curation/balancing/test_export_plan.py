"""What is suggested before anybody chose keeps good data."""

from __future__ import annotations

from pathlib import Path

import orjson

from curation.balancing import export_plan
from curation.filtering.snapshot import build
from curation.importing.importer import import_file
from curation.workspace import Workspace


def test_suggested_filters__captions_whose_instruction_was_added__go_out(workspace: Workspace, tmp_path: Path) -> None:
    captions = [{"image": "a.png", "caption": f"Scene {number}."} for number in range(3)]
    (tmp_path / "captions.jsonl").write_bytes(b"\n".join(map(orjson.dumps, captions)))
    import_file(workspace, tmp_path / "captions.jsonl")
    snapshot = build(workspace)
    assert "instruction_added" in snapshot.flags["kind"].unique()
    recipe = export_plan.suggested_filters(snapshot)
    assert not set(recipe.drop_flags) & set(export_plan.NOTED_KINDS)
    assert "image_missing" in recipe.drop_flags
