from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from curation.balancing import export_plan
from curation.exporting import export
from curation.exporting.form import Form
from curation.filtering.snapshot import build
from curation.images import videos
from curation.importing.importer import import_file
from curation.recipes.recipe import Recipe
from curation.workspace import Workspace
from storage import flags, samples


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds that go from black to white."""
    path = tmp_path / "clips" / "a.mp4"
    path.parent.mkdir()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 10, (64, 48))
    for number in range(20):
        writer.write(np.full((48, 64, 3), number * 12, dtype=np.uint8))
    writer.release()
    return path


def _row(video: str) -> dict[str, object]:
    said = [{"from": "human", "value": "<video>\nWhat happens?"}, {"from": "gpt", "value": "It gets bright."}]
    return {"id": "1", "video": video, "conversations": said}


def test_frames__are_spread_over_the_video(clip: Path) -> None:
    found = videos.frames(str(clip))
    assert [frame.seconds for frame in found] == [0.2, 0.7, 1.2, 1.7]
    light = [cv2.imdecode(np.frombuffer(frame.data, np.uint8), 0).mean() for frame in found]
    assert light == sorted(light)


def test_frames__not_a_video__none(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"not a video")
    assert videos.frames(str(tmp_path / "a.mp4")) == []


def test_import__video__its_frames_are_images_of_the_sample(workspace: Workspace, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([_row("clips/a.mp4"), _row("gone.mp4")]))
    report = import_file(workspace, tmp_path / "a.json")
    assert report.found_by == {"video_frame": 4}
    assert len(samples.images(workspace.store)) == 4
    assert flags.current(workspace.store)["kind"].to_list() == ["video_missing"]


def test_export__video_row__is_carried_and_its_video_copied(workspace: Workspace, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([_row("clips/a.mp4")]))
    import_file(workspace, tmp_path / "a.json")
    chosen = export_plan.complete_recipe(workspace, build(workspace), Recipe(name="split"))
    for name, form in {"same": Form(images="copy"), "swift": Form("swift", images="copy")}.items():
        export.write(workspace, export_plan.replay(workspace, chosen), tmp_path / name, approved=False, form=form)
        assert [p.name for p in (tmp_path / name / "data" / "images").rglob("*.*")] == ["a.mp4"]
    assert json.loads((tmp_path / "same" / "data" / "train.json").read_text()) == [_row("clips/a.mp4")]
    row = json.loads((tmp_path / "swift" / "data" / "train.jsonl").read_text())
    assert (row["videos"], row["images"]) == (["images/clips/a.mp4"], [])
