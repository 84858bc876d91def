"""Finds the kinds of archives by walking this folder and lists the images of a file of theirs."""

from __future__ import annotations

from pathlib import Path

import curation.archives
from curation.archives.contract import Archive
from curation.containers.container import UnreadableFileError
from scoring import plugins
from scoring.damage import UNREADABLE, raise_machine_error
from scoring.plain_files import plain

HEAD_BYTES = 1 << 16


@plugins.cached_plugins
def kinds() -> tuple[Archive, ...]:
    """Every kind of archive."""
    return tuple(plugins.instances(curation.archives, "ARCHIVE", Archive))


def find(path: Path) -> Archive | None:
    """The kind of archive that a file is, None for any other file."""
    try:
        with plain(path).open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"Cannot read {path}: {error.strerror}.") from error
    return next((kind for kind in kinds() if kind.recognise(path, head)), None)


def entries(path: Path) -> dict[str, str]:
    """Place of every image by its name in the archive, as `scoring.image.locator` writes it after the file's name.

    Raises UnreadableFileError when the file is no archive of images or cannot be listed.
    """
    kind = find(path)
    if kind is None:
        titles = ", ".join(kind.title for kind in kinds())
        raise UnreadableFileError(f"{path.name} holds no images that Winnow can read: it reads folders, {titles}.")
    try:
        return dict(kind.entries(path))
    except UNREADABLE as error:
        raise_machine_error(error)
        raise UnreadableFileError(f"{path.name} cannot be read to its end: {error}.") from error
