"""Looks at an image file once: hash, size, outcome, perceptual hash, thumbnail."""

from __future__ import annotations

import contextlib
import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from scoring.damage import raise_machine_error
from scoring.files import appearing
from scoring.image import locator, rendering
from scoring.image.opening import PictureTooLargeError, opened

THUMBNAIL_SIDE = 384


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a file after one decode; `outcome` is ok, broken, too_large or missing.

    Width and height are those of the upright picture; `orientation` is how EXIF says that the stored pixels are to be
    turned for it, 1 to 8.
    """

    path: str
    content_hash: str
    bytes: int
    width: int | None
    height: int | None
    phash: int | None
    outcome: str
    detail: str
    orientation: int | None = None


def examine(path: str, thumbnails: Path) -> ImageFacts:
    """Reads, hashes and decodes a picture and leaves its thumbnail in the cache folder.

    Args:
        path: The picture's locator.
        thumbnails: The cache folder.

    Returns:
        What was found out; the outcome says what is wrong with a picture that cannot be decoded.

    Raises:
        OSError: The process or the disk refuses, which says nothing of the picture.
    """
    try:
        data = locator.read(path)
    except OSError as error:
        raise_machine_error(error)
        outcome = "missing" if isinstance(error, FileNotFoundError) else "broken"
        return ImageFacts(path, "", 0, None, None, None, outcome, error.strerror or str(error))
    content_hash = hashlib.blake2b(data, digest_size=16).hexdigest()
    width = height = phash = orientation = None
    outcome, detail = "ok", ""
    try:
        with opened(io.BytesIO(data)) as picture:
            orientation = rendering.orientation(picture)
            width, height = rendering.upright_size(picture.size, orientation)
            small = _thumbnail(picture)
        phash = _perceptual_hash(small)
        _save(small, thumbnail_path(thumbnails, content_hash))
    except PictureTooLargeError as error:
        width, height = error.size or (None, None)
        outcome, detail = "too_large", str(error)
    except Exception as error:  # any decoder may raise anything on a damaged file
        raise_machine_error(error)
        outcome, detail = "broken", str(error) or type(error).__name__
    return ImageFacts(
        path, content_hash, len(data), width, height, phash, outcome, detail.replace(path, "the file"), orientation
    )


@lru_cache(maxsize=4096)
def stored_orientation(path: str) -> int:
    """Reads how a picture's file is turned, from its header.

    Args:
        path: The picture's locator.

    Returns:
        EXIF's number, 1 to 8; 1 also for a file that cannot be read.
    """
    try:
        with opened(locator.source(path)) as picture:
            return rendering.orientation(picture)
    except (OSError, ValueError, SyntaxError) as error:
        raise_machine_error(error)
        return 1


def thumbnail_path(thumbnails: Path, content_hash: str) -> Path:
    """Names the file of a thumbnail.

    Args:
        thumbnails: The cache folder.
        content_hash: Of the picture's bytes.

    Returns:
        The path, whether the file is there or not.
    """
    return thumbnails / content_hash[:2] / f"{content_hash}.jpg"


def _thumbnail(picture: Image.Image) -> Image.Image:
    turn = rendering.orientation(picture)
    picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    small = rendering.turned(rendering.flattened(picture), turn)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return small


def _perceptual_hash(picture: Image.Image) -> int:
    import imagehash

    return int(str(imagehash.phash(picture)), 16)


def _save(small: Image.Image, path: Path) -> None:
    """Keeps the thumbnail; one that the disk does not take is made again when somebody looks at it."""
    if path.exists():
        return
    with contextlib.suppress(OSError), appearing(path) as part:
        small.save(part, "JPEG", quality=85)
