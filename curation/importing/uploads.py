"""Uploaded files: kept as they came, or a zip unpacked below one folder, and the dataset in it found."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from curation.archives import registry as archives
from curation.common import listing
from curation.common.errors import WinnowError
from curation.containers import folder as metadata
from curation.containers import registry as containers
from curation.containers import row_parser
from curation.containers.container import Container, DatasetSource, UnreadableFileError
from curation.formats import registry
from curation.formats.conversation import RejectedRowError
from curation.images.inline import KEPT
from curation.importing import meta_files
from scoring.damage import DAMAGE
from scoring.files import appearing
from scoring.plain_files import plain
from storage import disk

LARGEST_UNPACKED = 4 << 30
"""Bytes that a zip may hold, unpacked."""
MOST_ENTRIES = 200_000
LARGEST_RATIO = 200
"""How many times larger a zip may become. Rows of JSON shrink to a tenth or so, pictures not at all."""
RATIO_FROM = 64 << 20
"""Bytes below which nobody minds how well they were packed."""
ENDINGS = ("json", "jsonl", "ndjson", "csv", "parquet", "tar", "zip")

_COMPRESSED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_CHUNK = 1 << 20
_ROWS = 5
_ARCHIVES = (".tar", ".zip", ".parquet")


class UploadError(WinnowError):
    """The upload cannot be imported; the message says what to change."""


@dataclass(frozen=True)
class Upload:
    """What to import: a file or a folder, and where its images are if they lie in an archive beside it."""

    path: Path
    images: Path | None = None


def keep(content: BinaryIO, file_name: str, folder: Path) -> Upload:
    """Puts an upload into the folder, which exists only once it can be used; what is in it already stays.

    Args:
        content: The upload's bytes.
        file_name: Its name in the browser; only the last part is used.
        folder: The folder, best named by `folder_name`.

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
                _fill(content, name, part)
    except OSError as error:
        raise UploadError(f"{name} cannot be stored: {disk.explained(error, folder)}") from error
    return find(folder, name) if is_zip(name) else Upload(folder / name)


def from_path(path: Path, folder: Path) -> Upload:
    """Unpacks a zip that lies on this machine, as if it had been uploaded.

    Args:
        path: The zip.
        folder: Folder of the workspace's uploads.

    Returns:
        What to import.

    Raises:
        UploadError: It cannot be opened or unpacked, or holds no dataset.
    """
    try:
        with plain(path).open("rb") as content:
            return keep(content, path.name, folder / folder_name(content, path.name))
    except OSError as error:
        raise UploadError(f"{path.name} cannot be opened: {disk.explained(error, folder)}") from error


def is_zip(name: str) -> bool:
    """True for the name of a zip."""
    return name.lower().endswith(".zip")


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


def _fill(content: BinaryIO, name: str, folder: Path) -> None:
    """Puts an upload into a folder that goes again when the upload cannot be used."""
    try:
        if is_zip(name):
            unpack(content, folder, name)
            find(folder, name)
        else:
            with (folder / name).open("wb") as file:
                shutil.copyfileobj(content, file)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def unpack(content: BinaryIO, folder: Path, name: str) -> None:
    """Unpacks a zip whose entries are plain files below the folder.

    Args:
        content: The zip's bytes.
        folder: Where its files go.
        name: The zip's name, for messages.

    Raises:
        UploadError: The zip is damaged or an entry is refused; names and sizes are checked before anything is unpacked.
    """
    try:
        with zipfile.ZipFile(content) as archive:
            members = [
                member for member in archive.infolist() if not member.is_dir() and "__MACOSX" not in member.filename
            ]
            _check(members, name)
            for member in members:
                _extract(archive, member, folder, name)
    except DAMAGE as error:
        raise UploadError(f"{name} is not a readable zip file.") from error


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


def _check(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MOST_ENTRIES:
        raise UploadError(f"{name} holds {len(members):,} files; at most {MOST_ENTRIES:,} can be uploaded at once.")
    size, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if size > LARGEST_UNPACKED:
        raise UploadError(f"{name} holds more than {LARGEST_UNPACKED >> 30} GB; import it from a path on the server.")
    if size > RATIO_FROM and size > LARGEST_RATIO * packed:
        raise UploadError(f"{name} would grow to {size // max(packed, 1):,} times its size; nothing was unpacked.")
    for member in members:
        _check_entry(member, name)


def _check_entry(member: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    entry_name = ascii(member.filename[:100])
    if "\0" in member.orig_filename:
        raise UploadError(f"{name} holds a file with NUL in its name ({entry_name}); nothing was unpacked.")
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise UploadError(f"{name} holds the path {entry_name}, which would leave its folder; nothing was unpacked.")
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise UploadError(f"{name} holds {entry_name}, a link or a device and not a file; nothing was unpacked.")
    if member.flag_bits & 1:
        raise UploadError(f"{name} is locked with a password.")


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> None:
    """Writes one entry; what is packed twice is refused, as it may grow without end."""
    target = folder / member.filename.replace("\\", "/")
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source:
        chunk = source.read(_CHUNK)
        if chunk.startswith(_COMPRESSED) and not is_zip(member.filename):  # a zip of images is read where it lies
            raise UploadError(f"{name} holds {member.filename[:100]!a}, packed once more; unpack that first.")
        with target.open("wb") as file:
            while chunk:
                file.write(chunk)
                chunk = source.read(_CHUNK)


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
