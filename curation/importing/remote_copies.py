"""Datasets at addresses: their files are copied here while they are read; pictures stay where they are.

What an import stores is the address, so that the copy may go: pictures inside files are read from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from curation.archives.image_index import EXTENSIONS
from curation.archives.image_resolver import VIDEOS
from curation.common.counts import counted
from curation.common.errors import WinnowError
from scoring import remote_files
from scoring.addresses import FileAddress, FilePlace
from scoring.remote_files import RemoteFile
from storage import disk

FOLDER = "arriving"
ROOM_LEFT = 1 << 30
"""Bytes of the disk that stay free."""

CopyProgress = Callable[[int, int], None]
"""Called with bytes copied and bytes in all."""


class CopyError(WinnowError):
    """What lies at an address cannot be copied here; the message says why."""


@dataclass(frozen=True, slots=True)
class LocalCopy:
    """A dataset's file or folder as it is read: here, or a copy of what lies at an address."""

    path: Path
    address: FileAddress | None = None

    @property
    def home(self) -> FilePlace:
        """Where the dataset lies, as it is stored."""
        return self.address or self.path

    def lasting_place(self, file: Path) -> str:
        """Where a file of the dataset lies, for locators of what is in it."""
        if self.address is None:
            return str(file)
        return str(self.address if file == self.path else self.address / file.relative_to(self.path).as_posix())


@contextlib.contextmanager
def here(folder: Path, dataset_place: FilePlace, most_bytes: int | None = None) -> Iterator[LocalCopy]:
    """Brings a dataset's files here while the block runs; what is here already is taken as it is.

    Args:
        folder: Where copies may go, best the workspace.
        dataset_place: The dataset's file or folder.
        most_bytes: What is copied at most; None for what the disk has room for.

    Yields:
        What to read.

    Raises:
        CopyError: It is too large, or nothing there can be a dataset.
        RemoteError: It cannot be read.
        OSError: The disk does not take it.
    """
    if isinstance(dataset_place, Path):
        yield LocalCopy(dataset_place.resolve())
        return
    home = folder / FOLDER / hashlib.blake2b(dataset_place.text.encode(), digest_size=8).hexdigest()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        yield LocalCopy(_copied(dataset_place, home / (dataset_place.name or "set"), most_bytes), dataset_place)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copied(address: FileAddress, target: Path, most_bytes: int | None) -> Path:
    listed = remote_files.files(address)
    files = [file for file in listed if not file.name or not _is_shown(file.name)]
    if not files:
        raise CopyError(f"{address} holds {counted(len(listed), 'picture')} and no file of rows.")
    _check_room(address, files, target.parent, most_bytes)
    for file in files:
        goal = target / file.name if file.name else target
        remote_files.copy(address / file.name if file.name else address, goal)
        os.utime(goal, (file.changed, file.changed))  # a folder is known again by its files' sizes and times
    return target


def _check_room(address: FileAddress, files: Sequence[RemoteFile], folder: Path, most_bytes: int | None) -> None:
    size = sum(file.size for file in files)
    if most_bytes is not None and size > most_bytes:
        raise CopyError(
            f"{address} has {size / 1e6:,.0f} MB, too much to be copied for a preview; an import copies it."
        )
    if size > disk.free_bytes(folder) - ROOM_LEFT:
        raise CopyError(f"{address} has {size / 1e9:,.1f} GB, more than the disk of {folder} has room for.")


def _is_shown(name: str) -> bool:
    """True for pictures and videos, which are read where they are."""
    return PurePosixPath(name).suffix.lower() in EXTENSIONS + VIDEOS
