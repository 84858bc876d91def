"""Only plain files are opened: a pipe would be waited for without end, and a device may have no end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class SpecialFileError(OSError):
    """What lies there is a pipe, a socket or a device; `strerror` says which."""


def plain(path: str | Path) -> Path:
    """The path again, if anything that lies there is a file or a folder, also behind links.

    Raises:
        SpecialFileError: it is something else, and was not opened.
    """
    try:
        kind = _KINDS.get(stat.S_IFMT(os.stat(path).st_mode))
    except (OSError, ValueError):  # not there: whoever opens it says so
        kind = None
    if kind:
        raise SpecialFileError(errno.EINVAL, f"it is {kind}, and only files and folders are opened", str(path))
    return Path(path)
