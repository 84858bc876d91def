"""Uploaded files: kept as they came, or a package unpacked below one folder, and the dataset in it found."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from curation.archives import registry as archives
from curation.common import listing
from curation.containers import folder as metadata
from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import Container, DatasetSource, UnreadableFileError
from curation.formats import registry
from curation.formats.conversation import RejectedRowError
from curation.images.inline import KEPT
from curation.importing import meta_files, packages
from curation.importing.options import ImportOptions
from curation.importing.packages import PackageLimits, UploadError
from scoring.files import appearing
from scoring.plain_files import plain
from storage import disk

ENDINGS = ("json", "jsonl", "ndjson", "csv", "parquet", "tar", "gz", "tgz", "bz2", "xz", "zst", "zip")

_CHUNK = 1 << 20
_ROWS = 5
_ARCHIVES = (".tar", ".zip", ".parquet")


@dataclass(frozen=True)
class Upload:
    """What to import: a file or a folder, and where its images are if they lie in an archive beside it."""

    path: Path
    images: Path | None = None


def keep(content: BinaryIO, file_name: str, folder: Path, limits: PackageLimits = packages.UPLOADED) -> Upload:
    """Puts an upload into the folder, which exists only once it can be used; what is in it already stays.

    Args:
        content: The upload's bytes.
        file_name: Its name in the browser; only the last part is used.
        folder: The folder, best named by `folder_name`.
        limits: What a package may hold.

    Returns:
        What to import.

    Raises:
        UploadError: It cannot be stored, unpacked, or holds no dataset.
    """
    name = PurePosixPath(file_name.replace("\\", "/")).name or "upload"
    try:
        if not folder.is_dir():
            with appearing(folder) as part:
                part.mkdir()
                _fill(content, name, part, limits)
    except OSError as error:
        raise UploadError(f"{name} cannot be stored: {disk.explained(error, folder)}") from error
    return Upload(folder / name) if (folder / name).is_file() and not packages.is_zip(name) else find(folder, name)


def from_path(path: Path, folder: Path) -> Upload:
    """Unpacks a package that lies on this machine, as if it had been uploaded; any other file is taken as it is.

    Args:
        path: A zip or a tar file.
        folder: Folder of the workspace's uploads.

    Returns:
        What to import.

    Raises:
        UploadError: It cannot be opened or unpacked, or holds no dataset.
    """
    try:
        with plain(path).open("rb") as content:
            if not packages.is_package(content, path.name):
                return Upload(path)
            limits = packages.limits_of_disk(folder.parent)
            return keep(content, path.name, folder / folder_name(content, path.name), limits)
    except OSError as error:
        raise UploadError(f"{path.name} cannot be opened: {disk.explained(error, folder)}") from error


def unpacked(folder: Path, path: Path, options: ImportOptions) -> tuple[Path, ImportOptions]:
    """Unpacks a package, and a compressed tar of images; others stay as they are.

    Args:
        folder: Folder of the workspace's uploads.
        path: What is imported.
        options: How it is imported.

    Returns:
        The dataset in the package, or the path, and the options with the images that were unpacked.

    Raises:
        UploadError: It cannot be opened or unpacked, or holds no dataset.
    """
    if path.is_file() and packages.may_be_package(path.name):
        upload = from_path(path, folder)
        if upload.path != path:
            name = options.name or packages.stem(path.name)
            path, options = upload.path, replace(options, images=options.images or upload.images, name=name)
    images = options.images
    if isinstance(images, Path) and images.is_file() and packages.is_compressed_tar(images.name):
        options = replace(options, images=images_from_path(images, folder))
    return path, options


def images_from_path(path: Path, folder: Path) -> Path:
    """Unpacks a compressed tar of images that lies on this machine; its files cannot be read where they lie.

    Args:
        path: The tar file.
        folder: Folder of the workspace's uploads.

    Returns:
        The folder of images.

    Raises:
        UploadError: It cannot be opened or unpacked.
    """
    try:
        with plain(path).open("rb") as content:
            home = folder / folder_name(content, path.name)
            if not home.is_dir():
                with appearing(home) as part:
                    part.mkdir()
                    packages.unpack(content, part, path.name, packages.limits_of_disk(folder.parent))
            return home
    except OSError as error:
        raise UploadError(f"{path.name} cannot be opened: {disk.explained(error, folder)}") from error


def folder_name(content: BinaryIO, file_name: str) -> str:
    """Makes a name of an upload's own name and content, so that the same upload again lies in the same folder.

    Args:
        content: The upload's bytes; read to the end and set back to the start.
        file_name: Its name in the browser.

    Returns:
        24 hexadecimal digits.
    """
    digest = hashlib.blake2b(file_name.encode("utf-8", "replace") + b"\0", digest_size=12)
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _fill(content: BinaryIO, name: str, folder: Path, limits: PackageLimits) -> None:
    """Puts an upload into a folder that goes again when the upload cannot be used."""
    try:
        if packages.is_package(content, name):
            packages.unpack(content, folder, name, limits)
            find(folder, name)
        else:
            with (folder / name).open("wb") as file:
                shutil.copyfileobj(content, file)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def find(folder: Path, name: str) -> Upload:
    """Finds the one dataset in an unpacked folder.

    A file that names several datasets is taken, then a folder of pictures with its metadata, then the file whose rows
    are of a known format; Parquet files and shards of one folder are one dataset. Beside rows of text, an archive is
    taken for their images.

    Args:
        folder: The folder.
        name: The upload's name, for messages.

    Returns:
        What to import.

    Raises:
        UploadError: There is no dataset, or more than one.
    """
    files = listing.files(folder)
    listed = [file for file in files if _names_datasets(file)]
    if len(listed) == 1:
        return Upload(listed[0])
    homes = {file.parent for file in files if file.name in metadata.NAMES}
    if len(homes) == 1:
        return Upload(homes.pop())
    if homes and len({home.parent for home in homes}) == 1:  # a folder for each split
        return Upload(homes.pop().parent)
    return _among(files, folder, name)


def _among(files: Sequence[Path], folder: Path, name: str) -> Upload:
    texts = [file for file in files if file.suffix.lower() in (".json", ".jsonl", ".ndjson", ".csv")]
    packed = [file for file in files if file.suffix.lower() in _ARCHIVES]
    rows = [file for file in texts if _has_rows(file)]
    if len(rows) > 1:
        names = ", ".join(file.relative_to(folder).as_posix() for file in rows[:5])
        raise UploadError(f"{name} holds {len(rows)} datasets ({names}); upload each in a zip of its own.")
    if rows:
        holders = [*packed, *(file for file in texts if file not in rows and _holds_images(file))]
        return Upload(rows[0], holders[0] if len(holders) == 1 else None)
    sets = [file for file in packed if _has_rows(file)]
    homes = {(file.parent, file.suffix.lower()) for file in sets}
    if len(homes) == 1:
        return Upload(sets[0] if len(sets) == 1 else sets[0].parent)
    kinds = ", ".join(kind.title for kind in containers.kinds().values())
    many = "more than one dataset" if sets else "no dataset"
    raise UploadError(f"{name} holds {many} that Winnow can read ({kinds}).")


def _names_datasets(path: Path) -> bool:
    try:
        return bool(meta_files.entries(path))
    except UnreadableFileError:
        return False


def _has_rows(path: Path) -> bool:
    """True when the first rows of a file are of a known format."""
    try:
        container = containers.find(path)
        return any(_is_conversation(value) for value in _first(container, path))
    except UnreadableFileError:
        return False


def _first(container: Container, path: Path) -> list[object]:
    rows = []
    for raw in itertools.islice(container.read(DatasetSource(path, _forget)), _ROWS):
        try:
            rows.append(row_parser.parse(raw, _forget, lifted=container.lifts).value)
        except RejectedRowError:
            continue
    return rows


def _is_conversation(row: object) -> bool:
    """True for a row that a format knows and finds a conversation in: shards of pictures alone have none."""
    for row_format in registry.formats().values():
        try:
            if row_format.recognise(row) and row_format.read(row).messages:
                return True
        except RejectedRowError:
            continue
    return False


def _holds_images(path: Path) -> bool:
    try:
        return archives.find(path) is not None
    except UnreadableFileError:
        return False


def _forget(_data: bytes, extension: str) -> str:
    return f"{KEPT}{'0' * 32}.{extension}"
