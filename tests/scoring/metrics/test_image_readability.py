from __future__ import annotations

import json
from pathlib import Path

import pytest
from pictures import grey_noise
from PIL import ImageFilter, ImageOps

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "coco_vlit"


def _only_flag(result):
    (flag,) = result.flags
    assert (flag.kind, flag.turn) == ("image_quality", None)
    return flag


def test_image_readability__good_picture_has_no_flag(save, scene, score_images) -> None:
    (result,) = score_images("image_readability", save(scene))
    assert result.flags == ()
    assert result.value > 0.8


def test_image_readability__dark_photo_is_flagged_as_dark(save, scene, score_images) -> None:
    (result,) = score_images("image_readability", save(scene.point(lambda level: level // 16)))
    assert _only_flag(result).reason == "The picture is dark."
    assert result.value < 0.1


def test_image_readability__blurred_photo_is_flagged_as_blurred(save, scene, score_images) -> None:
    (result,) = score_images("image_readability", save(scene.filter(ImageFilter.GaussianBlur(7))))
    assert _only_flag(result).reason == "The picture is blurred."


def test_image_readability__thumbnail_is_flagged_as_tiny(save, scene, score_images) -> None:
    (result,) = score_images("image_readability", save(scene.resize((32, 24))))
    flag = _only_flag(result)
    assert flag.reason == "The picture is tiny."
    assert flag.evidence["measured"] == 24


def test_image_readability__washed_out_photo_is_flagged_as_over_exposed(save, scene, score_images) -> None:
    washed = scene.point(lambda level: 228 + level // 10)
    assert _only_flag(score_images("image_readability", save(washed))[0]).reason == "The picture is over-exposed."


def test_image_readability__worst_jpeg_is_flagged_as_blocky(save, score_images) -> None:
    marbled = ImageOps.autocontrast(grey_noise((400, 300), 90).filter(ImageFilter.GaussianBlur(6)).convert("RGB"))
    path = save(marbled, "worst.jpg", quality=3)
    assert _only_flag(score_images("image_readability", path)[0]).reason == "The picture is blocky."


def test_image_readability__finds_the_planted_defects_of_coco(score_images) -> None:
    if not SHARED.exists():
        pytest.skip("the development data is not beside this project")
    records, truth = (json.loads((SHARED / name).read_bytes()) for name in ("vlit.json", "truth.json"))
    planted = {
        records[int(row)]["image"]: f"The picture is {facts['defect']}."
        for row, facts in truth.items()
        if facts.get("defect") in ("blurred", "dark", "tiny")
    }
    paths = [p for p in sorted((SHARED / "images").iterdir()) if not p.name.startswith("trunc_")]
    results = score_images("image_readability", *paths)
    flagged = {p.name: r.flags[0].reason for p, r in zip(paths, results, strict=True) if r.flags}
    assert flagged == planted
