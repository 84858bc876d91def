"""What a disk refuses, in words that say what to do: full, read-only, gone, out of open files."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

FULL, READ_ONLY, FORBIDDEN, DESCRIPTORS, BROKEN, GONE = (
    "full",
    "read-only",
    "forbidden",
    "descriptors",
    "broken",
    "gone",
)

_SIGNS = {
    "no space left": FULL,
    "disk quota exceeded": FULL,
    "file too large": FULL,
    "read-only file system": READ_ONLY,
    "permission denied": FORBIDDEN,
    "operation not permitted": FORBIDDEN,
    "too many open files": DESCRIPTORS,
    "input/output error": BROKEN,
    "stale file handle": GONE,
    "no such file or directory": GONE,
    "transport endpoint is not connected": GONE,
}
"""What the operating system says (lower case), by what it means."""

_SENTENCES = {
    FULL: "the disk that holds {folder} is full. Make room, then try again.",
    READ_ONLY: "the disk that holds {folder} is read-only.",
    FORBIDDEN: "this user may not write into {folder}. Change its permissions, then try again.",
    DESCRIPTORS: "this process has too many files open. Raise its limit (ulimit -n), then restart it.",
    BROKEN: "the disk that holds {folder} reports an error. Check the disk.",
    GONE: "{folder} is not there any more. Put it back, then try again.",
}

_SPARE_DESCRIPTORS = 16


def refusal(message: str) -> str:
    """Which of the refusals an error message tells of; empty for none of them."""
    text = message.lower()
    return next((kind for sign, kind in _SIGNS.items() if sign in text), "")


def sentence(kind: str, folder: Path | str) -> str:
    """Says what a refusal is and what helps.

    Args:
        kind: As `refusal` gives it.
        folder: What the sentence is about.

    Returns:
        One sentence or two.
    """
    return _SENTENCES[kind].format(folder=folder)


def explained(error: Exception, folder: Path | str) -> str:
    """Puts an error into a sentence about the folder or file.

    Args:
        error: The error.
        folder: The folder or file that was written.

    Returns:
        The sentence; the error's own words where the disk has nothing to do with it.
    """
    number = error.errno if isinstance(error, OSError) else None
    words = os.strerror(number) if number else str(error)
    kind = refusal(words)
    return sentence(kind, folder) if kind else f"{words}."


def identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at the path now; None for none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def free_bytes(folder: Path) -> int:
    """Room that is left on the folder's disk. Raises OSError when the folder is gone."""
    return shutil.disk_usage(folder).free


def is_writable(folder: Path) -> bool:
    """False when the folder, or what it would be made in, takes no writes by this user."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return os.access(existing, os.W_OK)


def check_open_files() -> None:
    """Raises OSError (too many open files) unless some more files can be opened."""
    opened: list[int] = []
    try:
        for _ in range(_SPARE_DESCRIPTORS):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from error
    finally:
        for descriptor in opened:
            os.close(descriptor)
