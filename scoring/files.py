"""Files that appear whole: written under another name first, whoever else writes the same one at the same time."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SYNC_THREADS = 8
"""How many files are brought to the disk at once: it waits for many as long as for one."""

PART = ".part"
"""How the names of files end that are still being written; a killed process may leave one."""


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A file or folder to write, which takes its name in one step when the block ends without an error.

    A folder that somebody else has made meanwhile stays as it is.

    Raises OSError when the disk does not take it; nothing is left then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}{PART}")
    try:
        yield part
        if not (part.is_dir() and path.is_dir()):
            part.replace(path)
    finally:
        shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)


def make_durable(paths: Collection[Path]) -> None:
    """Returns when the files, and their names in their folders, are on the disk and outlive a power cut.

    Raises OSError when the disk does not take them.
    """
    folders = {path.parent for path in paths}
    with ThreadPoolExecutor(SYNC_THREADS) as pool:
        list(pool.map(_sync, paths))
    for folder in {*folders, *(folder.parent for folder in folders)}:
        _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
