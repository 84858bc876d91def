"""Which files a dataset may reach: those in its own folders, and the pictures that the workspace keeps."""

from __future__ import annotations

import os
from collections.abc import Iterable

from scoring import addresses
from scoring.image import locator


def is_below(where: str, root: str) -> bool:
    """True when the file behind a locator is `root` or lies below it.

    Args:
        where: A locator, see `scoring.image.locator`.
        root: A folder, or a file such as an archive; empty for none. Either may be an address.
    """
    path = locator.file_of(where)
    if addresses.is_address(path) or addresses.is_address(root):
        return addresses.is_address(root) and addresses.is_below(path, root)
    if not root or not os.path.isabs(path) or "\0" in path:
        return False
    return os.path.commonpath([root, os.path.normpath(path)]) == os.path.normpath(root)


def is_below_any(where: str, allowed: Iterable[str]) -> bool:
    """Says whether the file behind a locator lies below one of the roots.

    Args:
        where: A locator, see `scoring.image.locator`.
        allowed: Folders, or files such as archives.

    Returns:
        True when it is one of them or lies below one.
    """
    return any(is_below(where, root) for root in allowed)
