"""Thumbnail, judge, metric, model and page see the same upright tones of whatever kind of picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from curation.images import probe
from curation.views.sample import pictures
from scoring.image import pixels, rendering
from scoring.image.opening import opened
from scoring.judge.question import PromptImage

RAMP = np.tile(np.linspace(0, 1, 96), (64, 1))
"""Shares of white, dark on the left."""


def _grey(shares: np.ndarray, white: int, kind: str) -> PIL.Image.Image:
    return PIL.Image.fromarray((shares * white).round().astype(kind))


def _save(picture: PIL.Image.Image, path: Path) -> None:
    picture.save(path)


KINDS: dict[str, Callable[[Path], None]] = {
    "8bit.png": lambda path: _save(_grey(RAMP, 255, "uint8"), path),
    "16bit.png": lambda path: _save(_grey(RAMP, 65535, "uint16"), path),
    "12bit.tif": lambda path: _save(_grey(RAMP, 4095, "uint16"), path),
    "32bit.tif": lambda path: _save(_grey(RAMP, 65535, "int32"), path),
    "share.tif": lambda path: _save(PIL.Image.fromarray(RAMP.astype("float32")), path),
    "float255.tif": lambda path: _save(PIL.Image.fromarray((RAMP * 255).astype("float32")), path),
    "signed.tif": lambda path: _save(PIL.Image.fromarray((RAMP * 2 - 1).astype("float32")), path),
    "cmyk.tif": lambda path: _save(_grey(RAMP, 255, "uint8").convert("RGB").convert("CMYK"), path),
    "palette.gif": lambda path: _save(_grey(RAMP, 255, "uint8").convert("P"), path),
    "alpha.png": lambda path: _save(_transparent(), path),
    "still.webp": lambda path: _grey(RAMP, 255, "uint8").convert("RGB").save(path, lossless=True),
    "moving.gif": lambda path: _moving(path),
    "photo.heic": lambda path: _heic(path),
    "photo.avif": lambda path: _grey(RAMP, 255, "uint8").convert("RGB").save(path, quality=95),
}


def _transparent() -> PIL.Image.Image:
    """Black, seen through less and less: on white paper it is the ramp."""
    picture = PIL.Image.new("LA", (RAMP.shape[1], RAMP.shape[0]))
    picture.putalpha(_grey(1 - RAMP, 255, "uint8"))
    return picture


def _moving(path: Path) -> None:
    first, second = (_grey(shares, 255, "uint8") for shares in (RAMP, 1 - RAMP))
    first.save(path, save_all=True, append_images=[second])


def _heic(path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed")
    heif.from_pillow(_grey(RAMP, 255, "uint8").convert("RGB")).save(path, quality=95)


def _views(path: Path, folder: Path) -> dict[str, PIL.Image.Image]:
    """The picture as each part of Winnow sees it."""
    facts = probe.examine(str(path), folder)
    assert facts.outcome == "ok", facts.detail
    sent = base64.b64decode(PromptImage(str(path), 512).data_uri().partition(",")[2])
    with opened(str(path)) as picture:
        shown = pictures._jpeg(picture)
    views = {
        "thumbnail": PIL.Image.open(probe.thumbnail_path(folder, facts.content_hash)),
        "judge": PIL.Image.open(io.BytesIO(sent)),
        "page": PIL.Image.open(io.BytesIO(shown)),
        "metric": PIL.Image.fromarray(pixels.decode(str(path)).rgb),
        "model": pixels.full_size(str(path)),
    }
    assert {view.size for view in views.values()} == {(facts.width, facts.height)}
    return views


@pytest.mark.parametrize("kind", KINDS)
def test_every_view__of_any_kind_of_picture__has_the_same_tones(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path / kind)
    for name, view in _views(tmp_path / kind, tmp_path / "cache").items():
        tones = np.asarray(view.convert("L"), dtype=float)
        assert np.abs(tones - 255 * RAMP).mean() < 4, name


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
def test_every_view__of_a_turned_picture__is_upright(tmp_path: Path, orientation: int, ending: str) -> None:
    stored = PIL.Image.new("RGB", (96, 64), "navy")
    stored.paste("yellow", (0, 0, 48, 16))
    exif = PIL.Image.Exif()
    exif[rendering.ORIENTATION] = orientation
    stored.save(tmp_path / f"a.{ending}", exif=exif)
    with PIL.Image.open(tmp_path / f"a.{ending}") as picture:
        expected = np.asarray(PIL.ImageOps.exif_transpose(picture).convert("RGB"), dtype=float)
    for name, view in _views(tmp_path / f"a.{ending}", tmp_path / "cache").items():
        assert np.abs(np.asarray(view, dtype=float) - expected).mean() < 12, name


def test_orientation__nonsense_in_the_metadata__is_upright(tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif[rendering.ORIENTATION] = 9
    PIL.Image.new("RGB", (8, 4)).save(tmp_path / "a.jpg", exif=exif)
    with opened(str(tmp_path / "a.jpg")) as picture:
        assert rendering.orientation(picture) == 1


def test_digest__a_picture_that_was_sent_as_now__keeps_its_answers(tmp_path: Path) -> None:
    PIL.Image.new("RGB", (8, 4)).save(tmp_path / "a.png")
    PIL.Image.new("LA", (8, 4)).save(tmp_path / "b.png")
    plain, transparent = (PromptImage(str(tmp_path / name), 64).digest for name in ("a.png", "b.png"))
    assert plain.endswith("-64-jpeg85")
    assert transparent.endswith("-64-jpeg85-upright")
