"""Lists folders. Python's own `os.walk`, and `glob` from 3.12 on, leave out what cannot be opened without a word.

So a process with too many files open would see empty folders, and call every picture missing.
"""

from __future__ import annotations

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
