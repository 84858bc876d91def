from __future__ import annotations

import subprocess
import sys

import numpy as np
import PIL.Image
import pytest
from PIL import ImageFilter

from scoring.item import Image
from scoring.metric import Batch, Unavailable
from scoring.metrics import image_quality


def _score(*paths, **params):
    model = image_quality.load({**image_quality.METRIC.params, **params})
    return image_quality.score(Batch([Image(number, str(path), 1, 1) for number, path in enumerate(paths)]), model)


def test_image_quality__piqe_rises_with_blur(save, scene) -> None:
    sharp, blurred = save(scene, "sharp.png"), save(scene.filter(ImageFilter.GaussianBlur(4)), "blurred.png")
    good, bad = _score(sharp, blurred, model="piqe")
    assert 0 <= good.value < bad.value <= 100


def test_image_quality__entropy_of_two_shades_is_one_bit(save) -> None:
    halves = np.zeros((64, 64, 3), np.uint8)
    halves[:, 32:] = 255
    (result,) = _score(save(PIL.Image.fromarray(halves)), model="entropy")
    assert result.value == pytest.approx(1.0, abs=0.01)


def test_image_quality__pictures_are_shrunk_first(save, scene) -> None:
    path = save(scene)
    (native,), (small,) = _score(path, model="entropy", longer_side=0), _score(path, model="entropy", longer_side=64)
    assert native.value != small.value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("maniqa", ("low", (None, None))),  # pyiqa gives "~0, ~1": only about
        ("piqe", ("high", (0.0, 100.0))),
        ("entropy", ("low", (0.0, 8.0))),
        ("musiq-ava", ("low", (1.0, 10.0))),
    ],
)
def test_image_quality__direction_is_that_of_the_model(name, expected) -> None:
    assert image_quality.direction({"model": name}) == expected


def test_image_quality__without_weights_is_unavailable(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Unavailable, match=r"The image quality model maniqa is not on this machine.*\.$"):
        image_quality.load(image_quality.METRIC.params)


@pytest.mark.parametrize("name", ["lpips", "no-such-model", "fid", "inception_score", "clipscore"])
def test_image_quality__only_models_of_a_single_picture(name) -> None:
    with pytest.raises(Unavailable, match="knows no metric of a single picture"):
        image_quality.load({"model": name})


def test_image_quality__broken_picture_raises(tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="it is no picture of a known kind"):
        _score(tmp_path / "broken.png", model="entropy")


def test_image_quality__direction_loads_nothing_heavy() -> None:
    code = "from scoring.metrics import image_quality as q; import sys; print(q.direction({'model': 'piqe'})[0]); "
    code += "print([name for name in ('torch', 'pyiqa') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["high", "[]"]


def test_image_quality__direction_of_an_unknown_model_is_open() -> None:
    assert image_quality.direction({"model": "no-such-model"}) == ("low", (None, None))
