"""Vectors of content and meaning, by what comes in packages, and what stands in where they are missing."""

from __future__ import annotations

from pathlib import Path

import clean_sets
import numpy as np
import pytest

from curation.workspace import score_columns
from scoring.features import image_content, response_meaning
from scoring.image import picture_net
from scoring.item import Image, Sample, Turn, TurnItem
from scoring.metric import Batch, Unavailable
from scoring.metrics import nsfw
from scoring.text import word_vectors

pytestmark = pytest.mark.skipif(
    not (picture_net.available() and word_vectors.available()), reason="the packages with the vectors are not installed"
)


def _vectors(*texts: str) -> np.ndarray:
    items = [TurnItem(Sample(0, (turn,), ()), turn) for turn in (Turn(0, 0, "What is it?", text) for text in texts)]
    return np.array(response_meaning.compute(items, response_meaning.load({})))


def test_image_content__halves_of_a_photo_are_nearer_than_other_photos(tmp_path: Path) -> None:
    items = []
    for number in (1, 2, 6):  # a cat, a cup of coffee, a temple
        photo = clean_sets.pictures()[number]
        middle = photo.crop((photo.width // 10, photo.height // 10, photo.width, photo.height))
        for name, picture in ((f"{number}.jpg", photo), (f"{number}_part.jpg", middle)):
            picture.save(tmp_path / name, quality=90)
            items.append(Image(len(items), str(tmp_path / name), *picture.size))
    vectors = np.array(image_content.compute(items, image_content.load({})))
    assert vectors.shape == (6, 1263)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    cosines = vectors @ vectors.T - 2 * np.eye(6)
    assert cosines.argmax(axis=1).tolist() == [1, 0, 3, 2, 5, 4]


def test_nsfw__photos_of_things_are_safe(tmp_path: Path) -> None:
    clean_sets.pictures()[1].save(tmp_path / "cat.jpg")
    (result,) = nsfw.score(Batch([Image(0, str(tmp_path / "cat.jpg"), 400, 300)]), nsfw.load({"flag_above": 0.8}))
    assert result.value is not None
    assert (result.value < 0.2, result.flags) == (True, ())
    (flagged,) = nsfw.score(Batch([Image(0, str(tmp_path / "cat.jpg"), 400, 300)]), nsfw.load({"flag_above": 0.0}))
    assert [flag.kind for flag in flagged.flags] == ["nsfw"]


def test_response_meaning__knows_synonyms_that_words_do_not() -> None:
    sofa, couch, truck, empty = _vectors(
        "A child sits on the sofa.", "A kid is sitting on a couch.", "A lorry delivers goods.", "<image>"
    )
    assert sofa @ couch > 0.6 > sofa @ truck
    assert not empty.any()


def test_missing_packages__the_built_in_vectors_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_net, "available", lambda: False)
    monkeypatch.setattr(word_vectors, "available", lambda: False)
    columns = score_columns.columns()
    maps = ("map_images", "map_instructions", "map_responses")
    assert [columns[name].params["vectors"] for name in maps] == [
        "image_descriptor", "instruction_words", "response_words",
    ]  # fmt: skip
    assert [columns[name].needs for name in maps] == [
        ("image_descriptor",),
        ("instruction_words",),
        ("response_words",),
    ]
    with pytest.raises(Unavailable, match="winnow\\[vectors\\]"):
        image_content.load({})
    with pytest.raises(Unavailable, match="winnow\\[vectors\\]"):
        response_meaning.load({})
