"""Files that hold a whole dataset, zip or tar, also compressed: checked, then unpacked below one folder."""

from __future__ import annotations

import contextlib
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from curation.common.counts import counted
from curation.common.errors import WinnowError
from scoring.damage import DAMAGE

LARGEST_UPLOADED = 4 << 30
"""Bytes that an upload may hold, unpacked."""
MOST_ENTRIES = 200_000
"""Files that an upload may hold."""
LARGEST_RATIO = 200
"""How many times larger a package may become. Rows of JSON shrink to a tenth or so, pictures not at all."""
RATIO_FROM = 64 << 20
"""Bytes below which nobody minds how well they were packed."""
ROOM_LEFT = 1 << 30
"""Bytes of the disk that stay free when a package from this machine is unpacked."""

_TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_TABLES = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow", ".feather")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic")
_COMPRESSED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_CHUNK = 1 << 20
_FEW = 5
"""A tar that holds no more JSON files than this holds datasets; shards hold one for each sample."""


class UploadError(WinnowError):
    """What was uploaded or named cannot be imported; the message says what to change."""


@dataclass(frozen=True)
class PackageLimits:
    """What a package may hold: bytes when it is unpacked, and files; None is as many as there are."""

    size: int
    entries: int | None


@dataclass(frozen=True)
class _Entry:
    """One file of a package; `odd` says why it must not be unpacked, "" for a plain file."""

    name: str
    size: int
    packed: int
    odd: str
    open: Callable[[], IO[bytes] | None]


def limits_of_disk(folder: Path) -> PackageLimits:
    """What may be unpacked of a package that lies on this machine: what the disk has room for.

    Args:
        folder: Where it will be unpacked, or a folder above that.

    Returns:
        The limits.
    """
    return PackageLimits(max(shutil.disk_usage(folder).free - ROOM_LEFT, 0), None)


UPLOADED = PackageLimits(LARGEST_UPLOADED, MOST_ENTRIES)


def is_zip(name: str) -> bool:
    """True for the name of a zip."""
    return name.lower().endswith(".zip")


def is_tar(name: str) -> bool:
    """True for the name of a tar file, also a compressed one."""
    return name.lower().endswith(_TAR_ENDINGS)


def may_be_package(name: str) -> bool:
    """True for the name of a zip or a tar file."""
    return is_zip(name) or is_tar(name)


def is_compressed_tar(name: str) -> bool:
    """True for the name of a tar file that is compressed."""
    return is_tar(name) and not name.lower().endswith(".tar")


def stem(name: str) -> str:
    """The name without the ending of a package."""
    lower = name.lower()
    ending = max((each for each in (*_TAR_ENDINGS, ".zip") if lower.endswith(each)), key=len, default="")
    return name[: len(name) - len(ending)] or name


def is_package(content: BinaryIO, name: str) -> bool:
    """Says whether a file holds a dataset as it would lie in a folder, and is to be unpacked.

    Args:
        content: The file's bytes; set back to the start.
        name: Its name.

    Returns:
        True for a zip, and for a tar of pictures beside files of rows; False for WebDataset shards, whose files share
        the names of their samples, and for a tar that cannot be read.
    """
    if not is_tar(name):
        return is_zip(name)
    try:
        with tarfile.open(fileobj=content) as archive:
            members = [member.name for member in archive if member.isfile() and not _is_litter(member.name)]
    except DAMAGE:
        return False
    finally:
        content.seek(0)
    names = [PurePosixPath(member) for member in members]
    pictures = {_key(path) for path in names if path.suffix.lower() in _PICTURES}
    rows = [path for path in names if path.suffix.lower() in (*_TABLES, ".json") and _key(path) not in pictures]
    tables = [path for path in rows if path.suffix.lower() in _TABLES]
    return bool(rows) and len(rows) <= max(_FEW, len(tables)) and bool(pictures or tables)


def _key(name: PurePosixPath) -> PurePosixPath:
    """The name up to the first dot, which files of one sample share in WebDataset."""
    return name.with_name(name.name.partition(".")[0] or name.name)


def unpack(content: BinaryIO, folder: Path, name: str, limits: PackageLimits = UPLOADED) -> None:
    """Unpacks a package whose entries are plain files below the folder.

    Args:
        content: The package's bytes.
        folder: Where its files go.
        name: The package's name, for messages.
        limits: What it may hold.

    Raises:
        UploadError: It is damaged or an entry is refused; names and sizes are checked before anything is unpacked.
    """
    kind = "zip" if is_zip(name) else "tar"
    try:
        with (_of_zip if kind == "zip" else _of_tar)(content, name) as entries:
            _check(entries, name, limits)
            for entry in entries:
                _extract(entry, folder, name)
    except DAMAGE as error:
        raise UploadError(f"{name} is not a readable {kind} file.") from error


@contextlib.contextmanager
def _of_zip(content: BinaryIO, name: str) -> Iterator[list[_Entry]]:
    with zipfile.ZipFile(content) as archive:
        members = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
        if any(member.flag_bits & 1 for member in members):
            raise UploadError(f"{name} is locked with a password.")
        yield [
            _Entry(member.filename, member.file_size, member.compress_size, _odd_in_zip(member),
                   partial(archive.open, member))
            for member in members
        ]  # fmt: skip


def _odd_in_zip(member: zipfile.ZipInfo) -> str:
    if "\0" in member.orig_filename:
        return "a file with NUL in its name"
    return "" if stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG) else "a link or a device and not a file"


@contextlib.contextmanager
def _of_tar(content: BinaryIO, _name: str) -> Iterator[list[_Entry]]:
    size = content.seek(0, 2)
    content.seek(0)
    with tarfile.open(fileobj=content) as archive:
        members = [info for info in archive if not info.isdir() and not _is_litter(info.name)]
        share = size // max(len(members), 1) + 1
        yield [
            _Entry(member.name, member.size, share, "" if member.isfile() else "a link or a device and not a file",
                   partial(archive.extractfile, member))
            for member in members
        ]  # fmt: skip


def _is_litter(name: str) -> bool:
    """What a Mac adds for itself."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name == ".DS_Store"


def _check(entries: Sequence[_Entry], name: str, limits: PackageLimits) -> None:
    if limits.entries is not None and len(entries) > limits.entries:
        raise UploadError(
            f"{name} holds {counted(len(entries), 'file')}; at most {limits.entries:,} can be uploaded at once."
        )
    size, packed = sum(entry.size for entry in entries), sum(entry.packed for entry in entries)
    if size > limits.size and limits.entries is None:
        raise UploadError(f"{name} would need {size / 1e9:,.1f} GB, more than the disk has room for.")
    if size > limits.size:
        raise UploadError(f"{name} holds more than {limits.size >> 30} GB; import it from a path on the server.")
    if size > RATIO_FROM and size > LARGEST_RATIO * packed:
        raise UploadError(f"{name} would grow to {size // max(packed, 1):,} times its size; nothing was unpacked.")
    for entry in entries:
        _check_entry(entry, name)


def _check_entry(entry: _Entry, name: str) -> None:
    path = PurePosixPath(entry.name.replace("\\", "/"))
    entry_name = ascii(entry.name[:100])
    if entry.odd.startswith("a file"):
        raise UploadError(f"{name} holds {entry.odd} ({entry_name}); nothing was unpacked.")
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise UploadError(f"{name} holds the path {entry_name}, which would leave its folder; nothing was unpacked.")
    if entry.odd:
        raise UploadError(f"{name} holds {entry_name}, {entry.odd}; nothing was unpacked.")


def _extract(entry: _Entry, folder: Path, name: str) -> None:
    """Writes one entry; what is packed twice is refused, as it may grow without end."""
    target = folder / entry.name.replace("\\", "/")
    target.parent.mkdir(parents=True, exist_ok=True)
    opened = entry.open()
    if opened is None:
        raise UploadError(f"{name} holds {entry.name[:100]!a}, which cannot be read.")
    with opened as source:
        chunk = source.read(_CHUNK)
        if chunk.startswith(_COMPRESSED) and not is_zip(entry.name):  # a zip of images is read where it lies
            raise UploadError(f"{name} holds {entry.name[:100]!a}, packed once more; unpack that first.")
        with target.open("wb") as file:
            while chunk:
                file.write(chunk)
                chunk = source.read(_CHUNK)
