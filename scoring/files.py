"""Files that appear whole: written under another name first, whoever else writes the same one at the same time."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

PART = ".part"
"""How the names of files end that are still being written; a killed process may leave one."""


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A file to write, which takes its name in one step when the block ends without an error.

    Raises OSError when the disk does not take it; nothing is left then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}{PART}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
