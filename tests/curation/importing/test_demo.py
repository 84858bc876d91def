from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from curation.importing import demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo.build(tmp_path_factory.mktemp("demo")).parent


@pytest.fixture(scope="module")
def records(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "demo.json").read_bytes())


@pytest.fixture(scope="module")
def annotations(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "annotations.json").read_bytes())


def _pictures(record: dict[str, Any]) -> list[str]:
    image = record.get("image", [])
    return [image] if isinstance(image, str) else image


def _responses(record: dict[str, Any]) -> list[str]:
    return [message["value"] for message in record["conversations"] if message["from"] == "gpt"]


def _rows_with(defect: str) -> list[int]:
    return [row for row, facts in demo.truth().items() if facts.get("defect") == defect]


def test_build__same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    demo.build(tmp_path)
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (folder, tmp_path)
    )
    assert first == second


def test_build__enough_to_look_at(records: list[dict[str, Any]]) -> None:
    photos = json.loads((demo.ASSETS / "photos.json").read_bytes()).values()
    unchanged = [photo for photo in photos if "change" not in photo]
    assert len(records) >= 100
    assert len(unchanged) >= 15
    assert len({photo["path"] for photo in unchanged}) >= 10


def test_build__without_a_package_of_photos__its_conversations_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    find = demo.importlib.util.find_spec
    monkeypatch.setattr(demo.importlib.util, "find_spec", lambda name: None if name == "ultralytics" else find(name))
    built = json.loads(demo.build(tmp_path).read_bytes())
    assert 80 < len(built) < len(records)
    kept = {row["id"] for row in built}
    assert not any("bus" in str(row.get("image", "")) for row in built)
    assert all("image" in row for row in records if row["id"] not in kept)


def test_build__absent_photo_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "photos.json").write_text('{"a.jpg": {"package": "skimage", "path": "data/nowhere.jpg"}}')
    monkeypatch.setattr(demo, "ASSETS", tmp_path)
    with pytest.raises(demo.PhotoMissingError, match=r"Missing: data/nowhere\.jpg of skimage"):
        demo.build(tmp_path / "out")


def test_build__only_the_planted_images_are_missing(folder: Path, records: list[dict[str, Any]]) -> None:
    missing = [
        row
        for row, record in enumerate(records)
        if not all((folder / "images" / name).is_file() for name in _pictures(record))
    ]
    assert missing == _rows_with("missing_image") != []


def test_build__only_the_planted_image_is_broken(folder: Path) -> None:
    broken = []
    for path in sorted((folder / "images").iterdir()):
        try:
            with PIL.Image.open(path) as picture:
                picture.load()
        except OSError:
            broken.append(path.name)
    assert broken == ["rocket_broken.jpg"]


def test_build__image_tokens_match_except_where_planted(records: list[dict[str, Any]]) -> None:
    wrong = [
        row
        for row, record in enumerate(records)
        if sum(m["value"].count("<image>") for m in record["conversations"]) != len(_pictures(record))
    ]
    assert wrong == _rows_with("image_token_count") != []


def test_build__roles_alternate_except_where_planted(records: list[dict[str, Any]]) -> None:
    wrong = [
        row
        for row, record in enumerate(records)
        if [m["from"] for m in record["conversations"]] != ["human", "gpt"] * (len(record["conversations"]) // 2)
    ]
    assert wrong == _rows_with("role_order") != []


def test_build__duplicates_are_what_they_are_called(records: list[dict[str, Any]]) -> None:
    contents = [json.dumps([r.get("image"), r["conversations"]]) for r in records]
    repeated = [row for row, content in enumerate(contents) if content in contents[:row]]
    assert repeated == _rows_with("duplicate") != []


def test_truth__spans_match_their_text(records: list[dict[str, Any]]) -> None:
    spans = [
        (row, key, planted)
        for row, facts in demo.truth().items()
        for key in ("hallucination", "asserts_nothing")
        for planted in facts.get(key, ())
    ]
    for row, _, planted in spans:
        start, end, text = planted["span"]
        assert _responses(records[row])[planted["turn"]][start:end] == text
    assert sum(key == "hallucination" for _, key, _ in spans) >= 14


def test_truth__most_rows_are_good() -> None:
    facts = demo.truth().values()
    good = [f for f in facts if not f.keys() & {"defect", "hallucination", "markup"}]
    assert len(good) >= 0.7 * len(facts)


def test_annotations__hallucinated_objects_were_looked_for_and_not_found(
    records: list[dict[str, Any]], annotations: dict[str, Any]
) -> None:
    present = {image["file_name"]: image["instances"] for image in annotations["images"]}
    for row, facts in demo.truth().items():
        for planted in facts.get("hallucination", ()):
            word = planted["span"][2]
            assert word in annotations["vocabulary"]
            assert all(word not in present[name] for name in _pictures(records[row]))


def test_annotations__good_rows_mention_only_what_is_there(
    records: list[dict[str, Any]], annotations: dict[str, Any]
) -> None:
    present = {image["file_name"]: set(image["instances"]) for image in annotations["images"]}
    for row, facts in demo.truth().items():
        names = _pictures(records[row])
        if "defect" in facts or not names:
            continue
        planted = [p["span"][2] for key in ("hallucination", "asserts_nothing") for p in facts.get(key, ())]
        known = set().union(*(present[name] for name in names))
        text = " ".join(_responses(records[row]))
        for word in set(annotations["vocabulary"]) - known:
            for match in re.finditer(rf"\b{word}(s|es)?\b", text):
                assert any(match[0] in phrase for phrase in planted), (row, match[0])


def test_annotations__boxes_lie_inside_their_picture(folder: Path, annotations: dict[str, Any]) -> None:
    boxes = [(image, box) for image in annotations["images"] for box in image["boxes"]]
    for image, box in boxes:
        if image["file_name"] == "rocket_broken.jpg":
            continue
        with PIL.Image.open(folder / "images" / image["file_name"]) as picture:
            width, height = picture.size
        left, top, wide, high = box["bbox"]
        assert 0 <= left < left + wide <= width
        assert 0 <= top < top + high <= height
        assert box["category"] in image["instances"]
    assert len(boxes) > 30
