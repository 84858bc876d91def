from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from scoring.features import pixels
from scoring.item import Image


def _decode(path: Path):
    return pixels.compute([Image(1, str(path), 1, 1)], pixels.load({}))[0]


def _gradient(width: int, height: int) -> PIL.Image.Image:
    """Dark on the left, bright on the right."""
    row = np.linspace(0, 255, width).astype(np.uint8)
    return PIL.Image.fromarray(np.tile(row, (height, 1))).convert("RGB")


def test_pixels__large_jpeg_is_reduced_to_512(tmp_path: Path) -> None:
    _gradient(3000, 2000).save(tmp_path / "large.jpg")
    decoded = _decode(tmp_path / "large.jpg")
    assert decoded.rgb.shape == (341, 512, 3)
    assert decoded.grid == 2  # decoded at a quarter


def test_pixels__small_picture_keeps_its_size_and_bytes(tmp_path: Path) -> None:
    picture = _gradient(40, 30)
    picture.save(tmp_path / "small.png")
    decoded = _decode(tmp_path / "small.png")
    assert np.array_equal(decoded.rgb, np.asarray(picture))
    assert decoded.grid == 8


def test_pixels__exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # to be shown turned a quarter to the right: the left side becomes the top
    _gradient(80, 40).save(tmp_path / "turned.jpg", exif=exif)
    decoded = _decode(tmp_path / "turned.jpg")
    assert decoded.rgb.shape == (80, 40, 3)
    assert decoded.rgb[:10].mean() < 40
    assert decoded.rgb[-10:].mean() > 215


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK"])
def test_pixels__every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    _gradient(20, 10).convert(mode).save(tmp_path / f"picture.{suffix}")
    decoded = _decode(tmp_path / f"picture.{suffix}")
    assert decoded.rgb.shape == (10, 20, 3)
    assert decoded.rgb[:, -1].mean() > 200


def test_pixels__sixteen_bit_grey_is_scaled(tmp_path: Path) -> None:
    PIL.Image.new("I;16", (20, 10), 100 * 256).save(tmp_path / "deep.png")
    assert (_decode(tmp_path / "deep.png").rgb == 100).all()


def test_pixels__transparent_is_white(tmp_path: Path) -> None:
    PIL.Image.new("RGBA", (20, 10), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (_decode(tmp_path / "clear.png").rgb == 255).all()


def test_pixels__truncated_jpeg_raises(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jpg"
    _gradient(400, 300).save(whole)
    (tmp_path / "cut.jpg").write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(OSError, match="truncated"):
        _decode(tmp_path / "cut.jpg")
