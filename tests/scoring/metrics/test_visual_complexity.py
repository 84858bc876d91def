from __future__ import annotations

import numpy as np
import pytest
from pictures import grey_noise
from PIL import Image


def _crowd(rectangles: int) -> Image.Image:
    rng = np.random.default_rng(3)
    picture = np.full((300, 400, 3), 128, np.uint8)
    for _ in range(rectangles):
        left, top = int(rng.integers(0, 370)), int(rng.integers(0, 270))
        picture[top : top + 25, left : left + 25] = rng.integers(0, 256, 3)
    return Image.fromarray(picture)


def test_visual_complexity__grows_with_the_number_of_objects(save, score_images) -> None:
    paths = [save(_crowd(number), f"{number}.png") for number in (0, 5, 30, 120)]
    values = [result.value for result in score_images("visual_complexity", *paths)]
    assert values == sorted(values)
    assert values[0] < 1
    assert values[-1] > 60


def test_visual_complexity__grey_noise_is_no_crowd(save, score_images) -> None:
    """Unlike entropy or compressed size, which noise drives to their maximum."""
    noise, crowd = save(grey_noise((400, 300), 12), "noise.png"), save(_crowd(120), "crowd.png")
    noisy, crowded = score_images("visual_complexity", noise, crowd)
    assert noisy.value < crowded.value


def test_visual_complexity__resizing_a_photo_changes_little(save, score_images) -> None:
    large = _crowd(60).resize((1600, 1200), Image.Resampling.BICUBIC)
    paths = [save(large, "large.png"), save(large.resize((480, 360)), "small.png")]
    first, second = score_images("visual_complexity", *paths)
    assert first.value == pytest.approx(second.value, abs=12)


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3)])
def test_visual_complexity__odd_shapes_are_plain(save, score_images, size: tuple[int, int]) -> None:
    assert score_images("visual_complexity", save(Image.new("RGB", size, "red")))[0].value < 5
