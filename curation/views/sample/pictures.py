"""Image files that the app's routes may serve: only those registered in the workspace, by number."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from curation.app.server import Server
from curation.images import probe
from curation.workspace import cache, roots
from scoring.damage import raise_machine_error
from scoring.image import locator, rendering
from scoring.image.opening import opened
from storage import datasets, image_files
from storage.rows import StoredRow

BROWSER_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
LARGEST_SIDE = 2048


@dataclass(frozen=True)
class PictureFile:
    """What to send: a file as it is, or bytes made for the browser."""

    media_type: str
    path: Path | None = None
    data: bytes = b""


def thumbnail(server: Server, image_no: int) -> Path | None:
    """Finds the cached thumbnail of a picture and makes it when it is missing.

    Args:
        server: Its workspace holds the pictures.
        image_no: Number of the picture.
    Returns:
        Path of the thumbnail, or None when the workspace has no such picture.
    """
    picture_row = _servable(server, image_no)
    if picture_row is None:
        return None
    path = probe.thumbnail_path(server.workspace.thumbnails, picture_row["content_hash"])
    if not path.is_file():
        probe.examine(picture_row["path"], server.workspace.thumbnails)
    return path if path.is_file() else None


def original(server: Server, image_no: int) -> PictureFile | None:
    """Returns a picture as the browser can show it.

    Args:
        server: Its workspace holds the pictures.
        image_no: Number of the picture.
    Returns:
        The file as it is, or converted to JPEG when browsers do not know its type; None when it cannot be read.
    """
    picture_row = _servable(server, image_no)
    if picture_row is None:
        return None
    try:
        where = locator.source(picture_row["path"])
        with opened(where) as picture:
            if picture.format in BROWSER_TYPES:
                return _as_it_is(BROWSER_TYPES[picture.format], where)
            return PictureFile("image/jpeg", data=_jpeg(picture))
    except (OSError, ValueError, SyntaxError) as error:
        raise_machine_error(error)
        return None


def _servable(server: Server, image_no: int) -> StoredRow | None:
    """The stored row of a picture that may be shown; None for one that is no file of a dataset's."""
    store = server.workspace.store
    picture_row = image_files.image_file(store, image_no)
    if picture_row is None or picture_row["outcome"] != "ok":
        return None
    allowed = cache.recall(store, "roots", datasets.roots, topics=("samples",))
    served_roots = (str(server.workspace.kept_images), *allowed)
    return picture_row if roots.is_below_any(picture_row["path"], served_roots) else None


def _as_it_is(media_type: str, where: str | BinaryIO) -> PictureFile:
    if isinstance(where, str):
        return PictureFile(media_type, path=Path(where))
    where.seek(0)
    return PictureFile(media_type, data=where.read())


def _jpeg(picture: Image.Image) -> bytes:
    converted = rendering.upright(picture)
    converted.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    buffer = io.BytesIO()
    converted.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
