"""Lists folders. Python's own `os.walk`, and `glob` from 3.12 on, leave out what cannot be opened without a word.

So a process with too many files open would see empty folders, and call every picture missing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from scoring.damage import raise_machine_error


def walk(root: Path | str, *, follow_links: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Lists each folder below the root; folders that this user may not read are left out.

    Args:
        root: Folder to begin with.
        follow_links: True enters folders behind links.

    Yields:
        Path of a folder and the names of its files.

    Raises:
        OSError: The process or the disk refuses.
    """
    for folder, _, names in os.walk(root, onerror=raise_machine_error, followlinks=follow_links):
        yield folder, names


def files(root: Path) -> list[Path]:
    """Every file below the root, sorted. Raises OSError as `walk` does."""
    return sorted(path for folder, names in walk(root) for name in names if (path := Path(folder, name)).is_file())


def ending(folder: Path, ending: str) -> list[Path]:
    """Lists what stands in the folder itself under a name that ends so.

    Args:
        folder: Folder to list.
        ending: End of the names, with its dot.

    Returns:
        Sorted paths.

    Raises:
        OSError: The folder cannot be opened.
    """
    return sorted(path for path in folder.iterdir() if path.name.endswith(ending))


def hash_of(path: Path) -> str:
    """A hash of the file's bytes; of a folder's, of the names, sizes and times of its files."""
    if path.is_file():
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    digest = hashlib.blake2b(digest_size=16)
    for file in files(path):
        facts = file.stat()
        digest.update(f"{file.relative_to(path)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    return path.stat().st_size if path.is_file() else sum(file.stat().st_size for file in files(path))
