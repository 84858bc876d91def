"""Images in an uncompressed tar file, read where they lie."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from curation.archives.contract import Archive
from curation.containers.container import UnreadableFileError
from scoring.damage import UNREADABLE, raise_machine_error


def recognise(_path: Path, head: bytes) -> bool:
    """Says whether this is a tar file that is not compressed.

    Args:
        _path: File of images, whose name is not looked at.
        head: First bytes of the file.

    Returns:
        True by the mark in its first header.
    """
    return head[257:262] == b"ustar"


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """Name and place of every file inside; links and names that leave the archive are left out.

    Raises UnreadableFileError for an archive that is cut off.
    """
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                if member.isfile() and not name.is_absolute() and ".." not in name.parts:
                    yield str(name), f"at:{member.offset_data}+{member.size}"
    except UNREADABLE as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"{path.name} is not a readable tar file: {error}.") from error


ARCHIVE = Archive(title="tar files", recognise=recognise, entries=entries)
