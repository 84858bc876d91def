from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import row

from curation import annotations
from curation.annotations import AnnotationsError
from curation.importing import import_file
from curation.workspace import Workspace
from storage import samples, worklist

Write = Callable[..., Path]
SIMPLE = {"images": [{"file_name": "a.jpg", "instances": ["dog", "cat"], "captions": ["A dog."]}]}
COCO = {
    "images": [{"id": 1, "file_name": "COCO_val2014_a.png"}],
    "categories": [{"id": 7, "name": "dog"}, {"id": 8, "name": "tree"}],
    "annotations": [
        {"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]},
        {"image_id": 1, "caption": "A dog."},
        {"image_id": 99, "category_id": 7},
    ],
}
BOXES = {"id": "a", "image": "a.jpg", "captions": [], "instances": [{"category": "dog", "bbox": [0, 0, 0.5, 1]}]}


@pytest.mark.parametrize(
    ("content", "objects", "vocabulary"),
    [
        (json.dumps(SIMPLE), ["dog", "cat"], ["cat", "dog"]),
        (json.dumps({**SIMPLE, "vocabulary": ["bird"]}), ["dog", "cat"], ["bird", "cat", "dog"]),
        (json.dumps(COCO), ["dog"], ["dog", "tree"]),
        (json.dumps(BOXES) + "\n" + json.dumps({**BOXES, "image": "b.jpg"}), ["dog"], ["dog"]),
    ],
)
def test_load__known_shapes(tmp_path: Path, content: str, objects: list[str], vocabulary: list[str]) -> None:
    (tmp_path / "n.json").write_text(content)
    found = annotations.load(tmp_path / "n.json")
    assert list(found.images[0].objects) == objects
    assert found.vocabulary == vocabulary


@pytest.mark.parametrize(
    ("content", "sentence"), [("nonsense", "neither JSON nor JSON Lines"), ('{"a": 1}', "no list of images")]
)
def test_load__anything_else__one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "n.json").write_text(content)
    with pytest.raises(AnnotationsError, match=sentence):
        annotations.load(tmp_path / "n.json")


def _import(workspace: Workspace, llava: Write, photo: Write, notes: Any, tmp_path: Path) -> int:
    photo("a.png")
    (tmp_path / "n.json").write_text(json.dumps(notes))
    path = llava([row("q", "a", image="a.png")])
    return import_file(workspace, path, annotations=tmp_path / "n.json").annotated_images


def test_attach__names_differ_by_prefix_and_extension__still_found(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    assert _import(workspace, llava, photo, COCO, tmp_path) == 1
    found = samples.one(workspace.store, 0)
    assert found is not None
    assert found["annotations"][0]["objects"] == ["dog"]
    assert json.loads(found["annotations"][0]["boxes"]) == [{"category": "dog", "bbox": [1, 2, 3, 4]}]
    assert worklist.vocabularies(workspace.store) == {1: ["dog", "tree"]}


def test_attach__same_file_again__replaces_itself(
    workspace: Workspace, llava: Write, photo: Write, tmp_path: Path
) -> None:
    _import(workspace, llava, photo, SIMPLE, tmp_path)
    _import(workspace, llava, photo, SIMPLE, tmp_path)
    assert workspace.store.one("SELECT count(*) FROM annotation") == 1
