"""A workspace from before acts on datasets were noted opens and keeps everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import row, score_all

from curation.decisions import decision_log
from curation.importing.importer import import_file
from curation.maintenance import history, renaming
from curation.workspace import open_workspace
from storage import datasets, migrations, samples, scores
from storage.store import Cursor

Write = Callable[..., Path]
NEW = (11, 12)
"""The migrations that brought this log and what is put away."""


def test_migration__earlier_workspace__keeps_everything_and_notes_from_now_on(
    tmp_path: Path, llava: Write, photo: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo("a.png")
    steps = migrations.available()
    monkeypatch.setattr(migrations, "available", lambda: [step for step in steps if step[0] not in NEW])
    monkeypatch.setattr(datasets, "create", _create_as_before)
    workspace = open_workspace(tmp_path / "w")
    import_file(workspace, llava([row("What?", "That.", image="a.png")]))
    key = samples.listing(workspace.store)["key"][0]
    decision_log.decide(workspace, "ann", "sample", key, "approve")
    workspace.close()
    monkeypatch.undo()

    workspace = open_workspace(tmp_path / "w")
    assert datasets.totals(workspace.store) == {
        "datasets": 1, "samples": 1, "turns": 1, "images": 1, "good_images": 1,
    }  # fmt: skip
    assert score_all(workspace, "image_size", "response_length").done == 2
    assert scores.flat(workspace.store).height == 2
    assert decision_log.standing(workspace, "sample")["key"].to_list() == [key]
    assert history.newest(workspace) == []
    renaming.rename(workspace, "set", "other", who="ann")
    assert [event.dataset for event in history.newest(workspace)] == ["set"]
    workspace.close()


def _create_as_before(cursor: Cursor, dataset: dict[str, str]) -> int:
    cursor.execute(
        """INSERT INTO dataset (dataset_no, name, format, layout, path, file_hash, images_root, state, rows_seen,
                                evidence_run, created_at)
           VALUES (1, $name, $format, $layout, $path, $file_hash, $images_root, 'importing', 0, 0, now()::TIMESTAMP)""",
        dataset,
    )
    return 1
