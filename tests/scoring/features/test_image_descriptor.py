from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import skimage.data
from PIL import ImageEnhance

from scoring.features import image_descriptor
from scoring.item import Image


def _vectors(folder: Path, pictures: list[PIL.Image.Image]) -> np.ndarray:
    items = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number}.png"
        picture.save(path)
        items.append(Image(number, str(path), *picture.size))
    return np.array(image_descriptor.compute(items, image_descriptor.load({})))


def _photos() -> list[PIL.Image.Image]:
    return [PIL.Image.fromarray(getattr(skimage.data, name)()) for name in ("astronaut", "coffee", "chelsea", "rocket")]


def test_image_descriptor__is_of_one_length_and_unit_norm(tmp_path) -> None:
    pictures = [*_photos(), PIL.Image.new("RGB", (5, 300), "black"), PIL.Image.new("L", (40, 40), "white")]
    vectors = _vectors(tmp_path, pictures)
    assert vectors.shape == (6, 239)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-4)


def test_image_descriptor__an_altered_photo_is_nearest_to_its_original(tmp_path) -> None:
    photos = _photos()
    altered = [
        ImageEnhance.Brightness(photo.crop((10, 10, photo.width - 10, photo.height - 10)).resize((200, 180))).enhance(
            0.9
        )
        for photo in photos
    ]
    vectors = _vectors(tmp_path, [*photos, *altered])
    likeness = vectors[:4] @ vectors[4:].T
    assert list(likeness.argmax(axis=1)) == [0, 1, 2, 3]
    assert likeness.diagonal().min() > 0.9


def test_image_descriptor__colour_counts(
    tmp_path,
) -> None:
    red, dark_red, blue = _vectors(
        tmp_path, [PIL.Image.new("RGB", (64, 64), colour) for colour in ((200, 30, 30), (180, 20, 20), (30, 30, 200))]
    )
    assert red @ dark_red > red @ blue + 0.2
