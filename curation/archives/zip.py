"""Images in a zip file, read entry by entry."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from curation.archives.contract import Archive
from curation.containers.container import UnreadableFileError
from scoring.damage import UNREADABLE, raise_machine_error


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether this is a zip file.

    Args:
        _path: File of images, whose name is not looked at.
        head: First bytes of the file.

    Returns:
        True by the mark at its beginning.
    """
    return head.startswith(b"PK\x03\x04")


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """Name and place of every file inside; names that leave the archive are left out. Raises UnreadableFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if "\0" not in info.orig_filename]
    except UNREADABLE as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"{path.name} is not a readable zip file: {error}.") from error
    for name in names:
        if not name.endswith("/") and not name.startswith("/") and ".." not in PurePosixPath(name).parts:
            yield name, f"zip:{name}"


ARCHIVE = Archive(title="zip files", recognise=recognise, entries=entries)
