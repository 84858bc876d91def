"""Folders of the server's machine that the ingest page lets people browse: the workspace's own and the current one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from curation.app.server import Server
from curation.containers import registry as containers
from curation.views.ingest.ingest import RequestError

MOST = 500
"""Entries of a folder that are listed."""
_MORE_ENDINGS = (".zip", ".feather", ".tgz")


@dataclass(frozen=True)
class FolderListing:
    """A folder below one of the roots: the folders in it, the files that may be datasets, how many more there are."""

    path: Path
    roots: tuple[Path, ...]
    parent: Path | None
    folders: tuple[str, ...]
    files: tuple[str, ...]
    more: int = 0


def roots(server: Server) -> tuple[Path, ...]:
    """The folders below which people may browse: the one that the workspace lies in, and the server's current one."""
    return tuple(dict.fromkeys((server.workspace.folder.resolve().parent, Path.cwd().resolve())))


def listing(server: Server, folder: Path | None = None) -> FolderListing:
    """Lists a folder; hidden entries and links that lead out of the roots are left out.

    Args:
        server: Its workspace's folder gives a root.
        folder: Folder below a root; None for the first root.

    Returns:
        What is in it, by name.

    Raises:
        RequestError: The folder is outside of the roots, or cannot be listed.
    """
    allowed = roots(server)
    path = Path(os.path.realpath(folder)) if folder else allowed[0]
    if not _is_below(path, allowed):
        raise RequestError(f"Only folders below {' and '.join(map(str, allowed))} can be browsed.")
    endings = tuple({ending for kind in containers.kinds().values() for ending in kind.extensions} | {*_MORE_ENDINGS})
    try:
        with os.scandir(path) as entries:
            visible = sorted((entry for entry in entries if _is_shown(entry, allowed)), key=lambda entry: entry.name)
    except OSError as error:
        raise RequestError(f"{path} cannot be listed: {error.strerror}.") from error
    folders = [entry.name for entry in visible if entry.is_dir()]
    files = [entry.name for entry in visible if entry.name.lower().endswith(endings) and entry.is_file()]
    return FolderListing(
        path=path,
        roots=allowed,
        parent=path.parent if _is_below(path.parent, allowed) else None,
        folders=tuple(folders[:MOST]),
        files=tuple(files[:MOST]),
        more=max(0, len(folders) - MOST) + max(0, len(files) - MOST),
    )


def _is_shown(entry: os.DirEntry[str], allowed: tuple[Path, ...]) -> bool:
    if entry.name.startswith("."):
        return False
    return not entry.is_symlink() or _is_below(Path(os.path.realpath(entry.path)), allowed)


def _is_below(path: Path, allowed: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(root) for root in allowed)
