"""Lists folders. Python's own `os.walk`, and `glob` from 3.12 on, leave out what cannot be opened without a word.

So a process with too many files open would see empty folders, and call every picture missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scoring.damage import raise_machine_error


def walk(root: Path | str, *, follow_links: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Each folder below the root with the names of its files; folders that this user may not read are left out.

    Raises OSError where the process or the disk refuses.
    """
    for folder, _, names in os.walk(root, onerror=raise_machine_error, followlinks=follow_links):
        yield folder, names


def files(root: Path) -> list[Path]:
    """Every file below the root, sorted. Raises OSError as `walk` does."""
    return sorted(path for folder, names in walk(root) for name in names if (path := Path(folder, name)).is_file())


def ending(folder: Path, ending: str) -> list[Path]:
    """What stands in the folder itself under a name that ends so, sorted. Raises OSError when it cannot be opened."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(ending))
