"""Model scorers through a whole run: vectors stored, read by the metrics that need them, reasons recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import finish, row

from curation.importing.importer import import_file
from curation.runs.scoring_run import ScoringRun
from curation.workspace import Workspace, score_columns
from storage import features, runs, votes

Write = Callable[..., Path]


def _import(workspace: Workspace, llava: Write, photo: Write) -> None:
    photo("0.png", seed=0)
    photo("1.png", seed=1)
    rows = [
        row("What is it?", "A dog runs. The sky is blue.", image="0.png"),
        row("What is it?", "Two cups and a spoon on a table.", image="1.png"),
        row("What is 2 + 2?", "4"),
    ]
    import_file(workspace, llava(rows))


def _score(workspace: Workspace, *names: str, **params: dict[str, Any]) -> None:
    """Two runs: stored features first, then the metrics that read them."""
    settings = {name: {"params": values} for name, values in params.items()}
    for _ in range(2):
        assert finish(ScoringRun(workspace, score_columns.named(names, settings), jobs=1)).state == "done"


def _values(workspace: Workspace, metric: str) -> list[float | None]:
    sql = "SELECT value, error FROM score WHERE metric = $metric ORDER BY subject_no"
    rows = workspace.store.rows(sql, {"metric": metric})
    assert [error for _, error in rows] == [None] * len(rows)
    return [value for value, _ in rows]


def test_matching_degree__reads_the_stored_vectors_of_its_pictures(
    workspace: Workspace, llava: Write, photo: Write, tiny_clip: dict[str, Any]
) -> None:
    _import(workspace, llava, photo)
    _score(workspace, "clip_image", "matching_degree", "matching_degree_whole", clip_image=tiny_clip)
    for name in ("matching_degree", "matching_degree_whole"):
        first, second, text_only = _values(workspace, name)
        assert -100 <= first <= 100
        assert first != second
        assert text_only is None
    version = score_columns.columns({"clip_image": {"params": tiny_clip}})["clip_image"].version
    assert features.vectors(workspace.store, "clip_image", version).height == 2


def test_object_count__reads_the_stored_detections(
    workspace: Workspace, llava: Write, photo: Write, tiny_world: dict[str, Any]
) -> None:
    _import(workspace, llava, photo)
    _score(workspace, "object_count", detections={**tiny_world, "always": "person,dog,cup"})
    first, second, text_only = _values(workspace, "object_count")
    assert 0 <= first <= 3
    assert 0 <= second <= 3
    assert text_only is None


def test_detector_and_clip__their_votes_on_claimed_spans_are_stored(
    workspace: Workspace, llava: Write, photo: Write, tiny_world: dict[str, Any], tiny_clip: dict[str, Any]
) -> None:
    _import(workspace, llava, photo)
    names = ("hallucination_detector", "hallucination_clip")
    _score(workspace, *names, detections={**tiny_world, "always": "dog"}, clip_image=tiny_clip)
    for name in names:
        assert [value is None for value in _values(workspace, name)] == [False, False, True]
    said = votes.of_samples(workspace.store, [0])
    assert said.select("text", "source").rows() == [("dog", "clip"), ("dog", "detector")]
    assert votes.of_samples(workspace.store, [1])["text"].unique(maintain_order=True).to_list() == [
        "cups", "spoon", "table",
    ]  # fmt: skip


def test_unavailable_models__are_recorded_and_others_still_run(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    _import(workspace, llava, photo)
    nowhere = {"pretrained": str(tmp_path / "none.pt")}
    _score(workspace, "matching_degree", "icnet_complexity", "image_size", clip_image=nowhere)
    reasons = runs.unavailable(workspace.store)
    assert "there is no such checkpoint file" in reasons["clip_image"]
    assert "download ck.pth" in reasons["icnet_complexity"]
    assert _values(workspace, "image_size") == [240, 240]
    assert _values(workspace, "matching_degree") == []
