from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import skimage.data

from scoring.features import detections
from scoring.item import Evidence, Image, Sample, Turn
from scoring.metric import Batch, Unavailable
from scoring.metrics import object_count
from scoring.models import world


@pytest.fixture
def photos(tmp_path) -> list[Path]:
    """An upright and a wide photo."""
    paths = [tmp_path / "astronaut.png", tmp_path / "coffee.jpg"]
    PIL.Image.fromarray(skimage.data.astronaut()).resize((300, 400)).save(paths[0])
    PIL.Image.fromarray(skimage.data.coffee()).save(paths[1])
    return paths


def _sample(number: int, response: str, paths: list[Path]) -> Sample:
    images = tuple(Image(10 * number + place, str(path), 1, 1) for place, path in enumerate(paths))
    return Sample(number, (Turn(number, 0, "<image>\nWhat is it?", response),), images)


def _same(one: list[world.Detection], other: list[world.Detection]) -> bool:
    return [found.name for found in one] == [found.name for found in other] and all(
        a.confidence == pytest.approx(b.confidence, abs=2e-3) and a.box == pytest.approx(b.box, abs=0.5)
        for a, b in zip(one, other, strict=True)
    )


def test_world__agrees_with_the_predictor_of_ultralytics(tiny_world, photos) -> None:
    import torch
    from ultralytics import YOLOWorld

    model = world.load(tiny_world)
    (found,) = model.find([str(photos[0])], [["person"]])  # of one name: of several, theirs keeps one per box
    theirs = YOLOWorld(tiny_world["weights"])
    theirs.model.txt_feats = torch.from_numpy(model.text.texts(["person"]))[None]
    theirs.model.model[-1].nc = 1
    theirs.model.names = ["person"]
    options = {"conf": 0.05, "iou": 0.7, "rect": False, "verbose": False, "max_det": world.MOST}
    boxes = theirs.predict(PIL.Image.open(photos[0]), **options)[0].boxes
    assert len(boxes) == len(found) > 5
    assert boxes.conf.tolist() == pytest.approx([one.confidence for one in found], abs=1e-3)
    assert boxes.xyxy.numpy() == pytest.approx(np.array([one.box for one in found]), abs=0.2)


def test_world__what_shares_the_batch_changes_nothing(tiny_world, photos) -> None:
    model = world.load(tiny_world)
    names = [["person", "dog"], ["cup", "spoon", "table", "cat"]]
    together = model.find([str(path) for path in photos], names)
    alone = [model.find([str(path)], [some])[0] for path, some in zip(photos, names, strict=True)]
    assert all(together)
    assert all(_same(one, other) for one, other in zip(together, alone, strict=True))
    assert {found.name for found in together[0]} <= {"person", "dog"}


def test_world__broken_picture_raises_and_nothing_is_installed(tiny_world, tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="it is no picture of a known kind"):
        world.load(tiny_world).find([str(tmp_path / "broken.png")], [["cup"]])


def test_world__boxes_lie_in_the_picture_surest_first(tiny_world, photos) -> None:
    (found,) = world.load(tiny_world).find([str(photos[1])], [["cup"]])
    assert all(0 <= x1 <= x2 <= 600 and 0 <= y1 <= y2 <= 400 for x1, y1, x2, y2 in (one.box for one in found))
    confidences = [one.confidence for one in found]
    assert confidences == sorted(confidences, reverse=True)
    assert len(found) <= world.MOST


def test_detections__are_of_the_mentioned_names_and_the_fixed_list(tiny_world, photos) -> None:
    model = detections.load({**tiny_world, "always": "person, dog"})
    samples = [
        _sample(1, "A man and two bikes, no cat.", photos),
        _sample(2, "Hello.", photos[:1]),
        _sample(3, "A dog.", []),
    ]
    first, second, third = detections.compute(samples, model)
    assert first["mentioned"] == ["bicycle", "cat", "motorcycle", "person"]
    assert [image["image_no"] for image in first["images"]] == [10, 11]
    names = {one["name"]: one["always"] for image in first["images"] for one in image["objects"]}
    assert set(names) <= {"bicycle", "cat", "motorcycle", "person", "dog"}
    assert all(always == (name in ("person", "dog")) for name, always in names.items())
    assert second["mentioned"] == []
    assert third == {"mentioned": ["dog"], "images": []}


def test_mentioned_names__know_the_annotators_words() -> None:
    sample = Sample(1, (Turn(1, 0, "", "A zorb rolls."),), (), Evidence((), (), ("zorb",)))
    assert detections.mentioned_names(sample) == ["zorb"]


def test_mentioned_names__of_the_answer_alone() -> None:
    sample = Sample(1, (Turn(1, 0, "", "<think>A cat?</think>A dog."),), (), None)
    assert detections.mentioned_names(sample) == ["dog"]


def test_coco__has_eighty_names() -> None:
    names = world.coco()
    assert len(names) == 80
    assert names[0] == "person"


def test_object_count__counts_sure_kinds_of_the_fixed_list() -> None:
    def one(name: str, confidence: float, always: bool = True) -> dict:
        return {"name": name, "confidence": confidence, "box": [0, 0, 1, 1], "always": always}

    objects = [one("dog", 0.9), one("dog", 0.8), one("cat", 0.3), one("car", 0.1), one("zorb", 0.9, always=False)]
    found = [
        {"mentioned": [], "images": [{"image_no": 1, "objects": objects}, {"image_no": 2, "objects": []}]},
        {"mentioned": [], "images": []},
    ]
    items = [_sample(1, "", []), _sample(2, "", [])]
    model = object_count.load(object_count.METRIC.params)
    results = object_count.score(Batch(items, {"detections": found}), model)
    assert [result.value for result in results] == [1.0, None]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"weights": "/no/such.pt"}, "there is no such weights file"),
        ({"weights": "yolov8s-worldv2.yaml"}, "there is no such weights file"),
        ({"text_pretrained": "/no/such.pt"}, "The CLIP model .* there is no such checkpoint file"),
    ],
)
def test_detections__without_weights_or_text_tower_are_unavailable(tiny_world, params, message) -> None:
    with pytest.raises(Unavailable, match=message):
        detections.load({**tiny_world, **params})


def test_detections__offline_default_is_unavailable(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scoring.weights.reachable", lambda _url: False)
    with pytest.raises(Unavailable, match=r"The detector yolov8s-none\.pt is not on this machine"):
        detections.load({"weights": "yolov8s-none.pt"})


def test_detections__weights_of_another_kind_are_unavailable(tiny_world, tmp_path) -> None:
    import torch

    torch.save({"model": Path}, tmp_path / "evil.pt")
    with pytest.raises(Unavailable, match="could not be loaded"):
        detections.load({**tiny_world, "weights": str(tmp_path / "evil.pt")})
