"""The images of an export: what they are called in its rows, and their copies in its folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
import polars as pl

from curation.archives.image_resolver import Resolver
from curation.formats.contract import Format
from curation.images.inline import is_token, token
from curation.workspace import roots
from scoring.addresses import file_place, is_address
from scoring.damage import raise_machine_error
from scoring.image import locator
from scoring.plain_files import plain

REFERENCE, COPY, PACK = FORMS = ("reference", "copy", "pack")
"""Images named where they are, copied into a folder, or put into the rows themselves."""
FOLDER = "images"
WEB = ("http://", "https://")

_SUBTYPES = {".png": "png", ".gif": "gif", ".webp": "webp", ".bmp": "bmp", ".tif": "tiff", ".tiff": "tiff"}


class ImageFiles:
    """Names and copies the images of one export.

    `missing` counts those that are not there. `root` is the one folder that images are named from which are neither
    copied nor inside rows; None where no one folder has them all, so that they are named by whole paths.
    """

    def __init__(self, folder: Path, form: str, kept_images: Path) -> None:
        self.missing = 0
        self.root: str | None = None
        self._kept = str(kept_images)
        self._home, self._form = folder / FOLDER, form
        self._contents: dict[str, str] = {}
        self._resolvers: dict[str, Resolver] = {}

    def name(self, row: Mapping[str, Any], target: Format) -> str:
        """Names an image as a converted row calls it; the copy is made if one is due.

        Of two images of one name, as two datasets may have them, the later one's name has its hash in it.

        Args:
            row: ref, path and content_hash of the image.
            target: Format of the row.

        Returns:
            A file's name, from the export's folder or `root`; a token for the image's bytes; or an id.
        """
        ref, where = row["ref"], self._where(row)
        if where is None:
            return "missing" if is_token(ref) else str(ref)
        if target.images_apart:
            return _id(row)
        if target.packs_images or self._form == PACK:
            return token("base64" if target.plain_base64 else f"uri=image/{_subtype(ref, where)};base64", where)
        if self._form == REFERENCE and target.opens_web and ref.startswith(WEB):
            return str(ref)
        if self._form == REFERENCE and self.lies_alone(where):
            return self._named_in_place(where)
        if is_token(ref):
            name = f"{row['content_hash']}.{_subtype(ref, where).replace('jpeg', 'jpg')}"
        else:
            name = self._free(beneath(ref), row["content_hash"])
        name += "" if name.endswith(target.image_ending) else target.image_ending
        self.copy(where, self._home / name)
        return f"{FOLDER}/{name}"

    def by_id(self, pictures: Iterable[pl.DataFrame]) -> Iterator[str]:
        """Makes the members of a file of images in base64 by id, each picture once.

        Args:
            pictures: Pictures of samples, as `storage.samples.pictures` has them.

        Yields:
            JSON of an object with the id and the token for the bytes.
        """
        ids: set[str] = set()
        for frame in pictures:
            for row in frame.filter(pl.col("found_by") != "video_frame").iter_rows(named=True):
                name = _id(row)
                where = None if name in ids else self._where(row)
                if where:
                    ids.add(name)
                    yield orjson.dumps({name: token("base64", where)}).decode()

    def video(self, ref: str, images_root: str) -> str:
        """Names a video as a converted row calls it; the copy is made if one is due.

        Args:
            ref: The video as its row names it.
            images_root: Folder of the dataset's images.

        Returns:
            A file's name, from the export's folder or `root`.
        """
        where = self._video(ref, images_root)
        if where is None:
            return ref
        if self._form != COPY:
            return self._named_in_place(where)
        name = self._free(beneath(ref), hashlib.blake2b(where.encode(), digest_size=8).hexdigest())
        self.copy(where, self._home / name)
        return f"{FOLDER}/{name}"

    def lies_alone(self, where: str) -> bool:
        """True for a picture in a file of its own outside the workspace, which can be named where it is."""
        return _is_plain(where) and not roots.is_below_any(where, (self._kept,))

    def copy_as_named(self, row: Mapping[str, Any], home: Path) -> None:
        """Copies an image to the name by which its row calls it; frames of videos are no files.

        Args:
            row: ref, path and found_by of the image.
            home: Folder below which the name is.
        """
        where = self._where(row)
        if where and row["found_by"] not in ("embedded", "video_frame"):
            self.copy(where, home / beneath(row["ref"]))

    def _where(self, row: Mapping[str, Any]) -> str | None:
        """The picture's locator; None without one, and for a file that is not the dataset's."""
        where = row["path"]
        if where is None:
            self.missing += 1
            return None
        if roots.is_below_any(where, (self._kept, row["images_root"], row["home"])):
            return where
        self.missing += 1
        return None

    def copy_video(self, ref: str, images_root: str, home: Path) -> None:
        """Copies a video to the name by which its row calls it.

        Args:
            ref: The video as its row names it.
            images_root: Folder of the dataset's images.
            home: Folder below which the name is.
        """
        where = self._video(ref, images_root)
        if where is not None:
            self.copy(where, home / beneath(ref))

    def _video(self, ref: str, images_root: str) -> str | None:
        """The video's path; one that is not there is counted as missing."""
        where = self._resolvers.setdefault(images_root, Resolver(file_place(images_root))).find(ref).path
        self.missing += where is None
        return where

    def _named_in_place(self, where: str) -> str:
        return str(PurePosixPath(where).relative_to(self.root)) if self.root else where

    def copy(self, where: str, target: Path) -> None:
        """Copies the picture at a locator, unless it is there; one that cannot be read is counted as missing.

        Args:
            where: Locator of the picture.
            target: File to write.

        Raises:
            OSError: The disk takes no more.
        """
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if _is_plain(where) and not is_address(where):
                shutil.copyfile(plain(where), target)
            else:
                target.write_bytes(locator.read(where))
        except OSError as error:
            target.unlink(missing_ok=True)
            raise_machine_error(error)
            self.missing += 1

    def _free(self, name: str, content_hash: str) -> str:
        if self._contents.setdefault(name, content_hash) == content_hash:
            return name
        path = PurePosixPath(name)
        return str(path.with_name(f"{path.stem}-{content_hash[:8]}{path.suffix}"))


def _id(row: Mapping[str, Any]) -> str:
    """What rows call an image whose bytes are in a file beside them: the same for the same bytes."""
    return f"LA_IMG_{row['content_hash']}"


def beneath(ref: str) -> str:
    """A relative name that stays below a folder."""
    parts = [part for part in PurePosixPath(ref.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(part.replace(":", "_") for part in parts) or "image"


def _is_plain(where: str) -> bool:
    return locator.file_of(where) == where


def _subtype(ref: str, where: str) -> str:
    """The image's media type after the slash, by the ending of its file, or of what its row calls it."""
    name = where if _is_plain(where) else ref
    return _SUBTYPES.get(PurePosixPath(name).suffix.lower(), "jpeg")
