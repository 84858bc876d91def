"""Image files that the app's routes may serve: only those registered in the workspace, by number."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from curation import images
from curation.server import Server
from scoring.image import locator
from storage import samples

BROWSER_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
LARGEST_SIDE = 2048


@dataclass(frozen=True)
class PictureFile:
    """What to send: a file as it is, or bytes made for the browser."""

    media_type: str
    path: Path | None = None
    data: bytes = b""


def thumbnail(server: Server, image_no: int) -> Path | None:
    """The cached thumbnail, or None when the workspace has no such picture."""
    known = samples.image_file(server.workspace.store, image_no)
    if known is None or known["outcome"] != "ok":
        return None
    path = images.thumbnail_path(server.workspace.thumbnails, known["content_hash"])
    if not path.is_file():
        images.examine(known["path"], server.workspace.thumbnails)
    return path if path.is_file() else None


def original(server: Server, image_no: int) -> PictureFile | None:
    """The picture itself, converted to JPEG when browsers do not know its type; None when there is none."""
    known = samples.image_file(server.workspace.store, image_no)
    if known is None or known["outcome"] != "ok":
        return None
    try:
        where = locator.source(known["path"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(where) as picture:
                if picture.format in BROWSER_TYPES:
                    return _as_it_is(BROWSER_TYPES[picture.format], where)
                return PictureFile("image/jpeg", data=_jpeg(picture))
    except (OSError, ValueError, SyntaxError):
        return None


def _as_it_is(media_type: str, where: str | BinaryIO) -> PictureFile:
    if isinstance(where, str):
        return PictureFile(media_type, path=Path(where))
    where.seek(0)
    return PictureFile(media_type, data=where.read())


def _jpeg(picture: Image.Image) -> bytes:
    shown = ImageOps.exif_transpose(picture).convert("RGB")
    shown.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
