"""Files that appear whole: written under another name first, whoever else writes the same one at the same time."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

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
