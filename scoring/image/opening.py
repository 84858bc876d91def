"""Opens pictures within one limit of pixels, which is Winnow's own.

Pillow's limit is a variable of the whole process, which other libraries in it rely on, and its warning comes below
that. So the drivers that Pillow has registered read the header here, and the size is checked before anything is
decoded.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

LARGEST_PIXELS = 120_000_000
"""Pixels of the largest picture that is decoded: 360 MB in RGB."""

_PREFIX_BYTES = 16
"""What a driver sees of a file when it is asked whether it reads that kind."""
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

_UNKNOWN = "it is no picture of a known kind"
_NO_PICTURES = {
    b"version https:": "it is a Git LFS pointer, not the picture: fetch the pictures with `git lfs pull`",
    b"<svg": "SVG drawings are not read: save it as PNG",
    b"<?xml": "it is an XML file, perhaps a drawing: save it as PNG",
    b"<!doctype": "it is a web page, not the picture",
    b"<html": "it is a web page, not the picture",
    b"{": "it is JSON text, not the picture",
    b"%pdf": "it is a PDF document, not a picture",
}


class PictureTooLargeError(OSError):
    """A picture has more pixels than are decoded; `size` is its width and height, None where no header was read."""

    def __init__(self, size: tuple[int, int] | None) -> None:
        self.size = size
        pixels = f"{size[0]} x {size[1]} pixels are more" if size else "its pixels are more"
        super().__init__(f"{pixels} than {LARGEST_PIXELS // 1_000_000} million")


@contextlib.contextmanager
def opened(source: str | BinaryIO) -> Iterator[ImageFile.ImageFile]:
    """Opens a picture; its pixels are decoded when they are asked for.

    Args:
        source: Path of a file, or a stream at its beginning, which stays open.

    Yields:
        The picture, until the end of the block.

    Raises:
        PictureTooLargeError: It has more than LARGEST_PIXELS, or an inner size that Pillow itself refuses.
        OSError: The file cannot be read, or is no picture.
    """
    if isinstance(source, str):
        with Path(source).open("rb") as stream, _within_limit(stream, source) as picture:
            yield picture
    else:
        with _within_limit(source, "") as picture:
            yield picture


@contextlib.contextmanager
def _within_limit(stream: BinaryIO, name: str) -> Iterator[ImageFile.ImageFile]:
    size = None
    try:
        with _identified(stream, name) as picture:
            size = picture.size
            if size[0] * size[1] > LARGEST_PIXELS:
                raise PictureTooLargeError(size)
            yield picture
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError(size) from error


def _identified(stream: BinaryIO, name: str) -> ImageFile.ImageFile:
    """The picture, read by the first driver that knows it: the common ones are asked before the others are loaded."""
    prefix = stream.read(_PREFIX_BYTES)
    if not prefix:
        raise UnidentifiedImageError("the file is empty")
    tried_kinds: set[str] = set()
    is_heif = prefix[4:8] == b"ftyp" and prefix[8:12] in _HEIF_BRANDS
    for load_drivers in (Image.preinit, Image.init, *([_load_heif] if is_heif else [])):
        load_drivers()
        for kind in [kind for kind in Image.ID if kind not in tried_kinds]:
            tried_kinds.add(kind)
            driver, accepts = Image.OPEN[kind]
            if accepts is None or accepts(prefix) is True:
                stream.seek(0)
                with contextlib.suppress(SyntaxError, IndexError, TypeError, struct.error):  # another one may know it
                    return driver(stream, name)
    raise UnidentifiedImageError(_no_picture(prefix))


def _no_picture(prefix: bytes) -> str:
    """Says what a file is that no driver knows, by its first bytes."""
    start = prefix.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return next((reason for begins, reason in _NO_PICTURES.items() if start.startswith(begins)), _UNKNOWN)


def _load_heif() -> None:
    """Registers the driver of HEIC pictures, which is not among Pillow's own."""
    try:
        import pillow_heif
    except ModuleNotFoundError as error:
        raise UnidentifiedImageError("HEIC pictures need the Python package pillow-heif") from error
    pillow_heif.register_heif_opener()
