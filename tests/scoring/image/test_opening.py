"""Pictures are opened within Winnow's limit of pixels, and Pillow's own stays as other libraries know it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import PIL.Image
import pytest

from scoring.image.opening import PictureTooLargeError, opened

MODULES = "app curation.__main__ curation.images.probe curation.views.sample.pictures scoring.image.pixels".split()


def test_import__leaves_the_limit_of_pillow() -> None:
    limit = "print(__import__('PIL.Image').Image.MAX_IMAGE_PIXELS)"
    before, after = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for code in (limit, f"import {', '.join(MODULES)}; {limit}")
    )
    assert before == after


@pytest.mark.parametrize("side", [9_000, 10_900])
def test_opened__more_pixels_than_pillow_warns_of__is_opened_without_a_word(tmp_path: Path, side: int) -> None:
    PIL.Image.new("1", (side, side)).save(tmp_path / "a.png")
    with opened(str(tmp_path / "a.png")) as picture:
        assert picture.size == (side, side)


@pytest.mark.parametrize("side", [11_000, 14_000])
@pytest.mark.parametrize("kind", ["png", "tif", "gif"])
def test_opened__more_pixels_than_allowed__says_how_many(tmp_path: Path, kind: str, side: int) -> None:
    PIL.Image.new("1", (side, side)).save(tmp_path / f"a.{kind}")
    with (
        pytest.raises(PictureTooLargeError, match=f"{side} x {side} pixels are more than 120 million") as error,
        opened(str(tmp_path / f"a.{kind}")),
    ):
        raise AssertionError("It was opened.")
    assert error.value.size == (side, side)


def test_opened__size_that_a_driver_refuses__is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PIL.Image.new("RGB", (64, 64)).save(tmp_path / "a.webp")
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(PictureTooLargeError, match="its pixels are more"), opened(str(tmp_path / "a.webp")):
        raise AssertionError("It was opened.")


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "bmp", "tif", "gif", "ppm", "ico", "tga", "jp2"])
def test_opened__any_kind_from_a_path_or_a_stream__is_what_pillow_reads(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    PIL.Image.radial_gradient("L").convert("RGB").resize((64, 48)).save(path)
    with PIL.Image.open(path) as picture:
        expected = (picture.format, picture.convert("RGB").tobytes())
    with opened(str(path)) as picture:
        assert (picture.format, picture.convert("RGB").tobytes()) == expected
    with path.open("rb") as stream:
        with opened(stream) as picture:
            assert (picture.format, picture.convert("RGB").tobytes()) == expected
        assert not stream.closed


def test_opened__no_picture__is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture at all")
    with pytest.raises(PIL.UnidentifiedImageError), opened(str(tmp_path / "a.png")):
        raise AssertionError("It was opened.")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer"),
        (b"\n<!DOCTYPE html><html>404</html>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'{"error": "not found"}', "JSON"),
        (b"%PDF-1.7\n", "PDF"),
        (b"no picture at all", "no picture of a known kind"),
    ],
)
def test_opened__a_file_of_another_kind__says_which(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(PIL.UnidentifiedImageError, match=reason), opened(str(tmp_path / "a.jpg")):
        raise AssertionError("It was opened.")


def test_opened__heic_without_its_driver__says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PIL.UnidentifiedImageError, match="pillow-heif"), opened(str(tmp_path / "a.heic")):
        raise AssertionError("It was opened.")
