"""Altered copies of pictures are found, other pictures of the same scene are not; all are drawn here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from benchmarks import _altered
from scoring.image import copies

PICTURE, OTHER = _altered.drawn_scene(1), _altered.drawn_scene(2)
KINDS = {
    "saved at low quality": "copy",
    "at half of its size": "copy",
    "5 % cropped on each side": "crop",
    "10 % cropped on each side": "crop",
    "15 % cropped on each side": "crop",
    "white border": "border",
    "black border": "border",
    "turned by 3 degrees": "rotation",
    "text on a band": "overlay",
    "text on the picture": "overlay",
}


def _relation(left: Image.Image, right: Image.Image, mirrored: bool = False) -> str | None:
    sketches = [copies.of_pixels(np.asarray(picture)) for picture in (left, right)]
    return copies.relation(sketches[0], sketches[1], mirrored)


@pytest.mark.parametrize("alteration", _altered.ALTERATIONS)
def test_altered_copy__is_found_and_named_from_either_side(alteration: str) -> None:
    copy = _altered.ALTERATIONS[alteration](PICTURE)
    assert [_relation(PICTURE, copy), _relation(copy, PICTURE)] == [KINDS[alteration]] * 2


def test_other_picture__is_no_copy() -> None:
    assert _relation(PICTURE, OTHER) is None


@pytest.mark.parametrize("place", [(0.1, 0.2), (0.5, 0.5), (0.8, 0.1)])
def test_thing_that_came_or_moved__makes_another_picture(place: tuple[float, float]) -> None:
    there, elsewhere = (_altered.with_a_thing(PICTURE, OTHER, spot) for spot in (place, (0.4, 0.8)))
    assert _relation(there, elsewhere) is None
    assert _relation(PICTURE, there) is None


def test_plain_thing_that_moved__is_no_text_drawn_over() -> None:
    def with_ball(left: int) -> Image.Image:
        picture = PICTURE.copy()
        ImageDraw.Draw(picture).ellipse((left, 150, left + 40, 190), fill=(250, 250, 250))
        return _altered.saved(picture)

    assert _relation(with_ball(60), with_ball(300)) is None
    assert _relation(with_ball(60), PICTURE) is None


def test_scene_from_another_place__is_no_copy() -> None:
    near = np.asarray(PICTURE)
    shifted = near.copy()
    shifted[150:] = np.roll(near[150:], 25, axis=1)  # what is nearer moves more
    assert _relation(PICTURE, Image.fromarray(shifted)) is None


def test_mirrored_copy__is_found_when_asked_for_only() -> None:
    mirrored = _altered.saved(ImageOps.mirror(PICTURE))
    assert _relation(PICTURE, mirrored) is None
    assert _relation(PICTURE, mirrored, mirrored=True) == "mirrored"


def test_pictures_that_show_nothing__are_copies_when_they_are_of_one_colour() -> None:
    black, grey, black_too = (Image.new("RGB", (90, 60), colour) for colour in ("black", "grey", (2, 2, 2)))
    assert _relation(black, black_too) == "copy"
    assert _relation(black, grey) is None
    assert _relation(PICTURE, grey) is None


def test_read__takes_pictures_upright_and_in_bounded_size(tmp_path: Path) -> None:
    turned = PICTURE.rotate(90, expand=True)
    exif = Image.Exif()
    exif[274] = 6  # to be turned by a quarter
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=92)
    read = copies.read(str(tmp_path / "turned.jpg"))
    assert max(read.rgb.shape) == copies.SIDE
    assert copies.relation(read, copies.of_pixels(np.asarray(PICTURE))) == "copy"
