"""Image files that the app's routes may serve: only those registered in the workspace, by number."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from curation import images, memo, roots
from curation.server import Server
from scoring.damage import raise_machine_error
from scoring.image import locator
from storage import datasets, samples

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
    known = _known(server, image_no)
    if known is None:
        return None
    path = images.thumbnail_path(server.workspace.thumbnails, known["content_hash"])
    if not path.is_file():
        images.examine(known["path"], server.workspace.thumbnails)
    return path if path.is_file() else None


def original(server: Server, image_no: int) -> PictureFile | None:
    """The picture itself, converted to JPEG when browsers do not know its type; None when there is none."""
    known = _known(server, image_no)
    if known is None:
        return None
    try:
        where = locator.source(known["path"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(where) as picture:
                if picture.format in BROWSER_TYPES:
                    return _as_it_is(BROWSER_TYPES[picture.format], where)
                return PictureFile("image/jpeg", data=_jpeg(picture))
    except (OSError, ValueError, SyntaxError) as error:
        raise_machine_error(error)
        return None


def _known(server: Server, image_no: int) -> dict[str, Any] | None:
    """What is known of a picture that may be shown; None for one that is no file of a dataset's."""
    store = server.workspace.store
    known = samples.image_file(store, image_no)
    if known is None or known["outcome"] != "ok":
        return None
    allowed = memo.recall(store, "roots", datasets.roots, topics=("samples",))
    return known if roots.is_below_any(known["path"], (str(server.workspace.kept_images), *allowed)) else None


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
