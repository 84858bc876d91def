from __future__ import annotations

import pytest
from pictures import with_noise
from PIL import Image, ImageFilter


def test_sharpness__falls_with_blur(save, scene, score_images) -> None:
    radii = (0, 2, 4, 8)
    paths = [save(scene.filter(ImageFilter.GaussianBlur(r)), f"{r}.png") for r in radii]
    values = [result.value for result in score_images("sharpness", *paths)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.4
    assert values[-1] < 0.2


def test_sharpness__soft_background_behind_a_sharp_object_does_not_count(save, scene, score_images) -> None:
    bokeh = scene.filter(ImageFilter.GaussianBlur(8))
    bokeh.paste(scene.crop((150, 100, 250, 200)), (150, 100))
    assert score_images("sharpness", save(bokeh))[0].value > 0.4


def test_sharpness__low_contrast_is_not_blur(save, scene, score_images) -> None:
    foggy = Image.blend(scene, Image.new("RGB", scene.size, (200, 200, 200)), 0.75)
    assert score_images("sharpness", save(foggy))[0].value > 0.35


def test_sharpness__blank_picture_is_zero(save, score_images) -> None:
    assert score_images("sharpness", save(Image.new("RGB", (200, 200), "grey")))[0].value == 0


@pytest.mark.parametrize(("shade", "expected"), [("black", 0.0), ("white", 1.0)])
def test_exposure__ends_of_the_scale(save, score_images, shade: str, expected: float) -> None:
    assert score_images("exposure", save(Image.new("RGB", (100, 80), shade)))[0].value == expected


def test_exposure__night_with_lamps_is_between_the_cuts(save, score_images) -> None:
    night = Image.new("RGB", (400, 300), (8, 8, 12))
    for left in range(20, 400, 60):
        night.paste((250, 240, 200), (left, 200, left + 12, 212))
    assert 0.15 < score_images("exposure", save(night))[0].value < 0.9


def test_blockiness__grows_with_jpeg_compression(save, scene, score_images) -> None:
    noisy = with_noise(scene, 12)
    paths = [save(noisy, f"{q}.jpg", quality=q) for q in (90, 20, 5)]
    values = [result.value for result in score_images("blockiness", *paths)]
    assert values == sorted(values)
    assert values[0] == pytest.approx(1.0, abs=0.15)


def test_blockiness__smooth_sky_at_quality_five(save, score_images) -> None:
    sky = Image.linear_gradient("L").convert("RGB")
    heavy, light = save(sky, "heavy.jpg", quality=2), save(sky, "light.jpg", quality=95)
    worse, better = score_images("blockiness", heavy, light)
    assert worse.value > 1.5 > better.value


def test_blockiness__not_applicable_to_a_picture_of_one_block(save, scene, score_images) -> None:
    assert score_images("blockiness", save(scene.resize((12, 9))))[0].value is None


def test_image_size__is_the_shorter_side(save, scene, score_images) -> None:
    assert score_images("image_size", save(scene.resize((90, 33))))[0].value == 33
