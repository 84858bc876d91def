"""Whether a picture is the one that it was: by the hash of its bytes."""

from __future__ import annotations

import hashlib

from scoring.damage import raise_machine_error
from scoring.image import locator


def hash_of(path: str) -> str:
    """Hash of the bytes at a locator; empty for a file that cannot be read.

    Raises OSError where the process, the disk or the connection refuses.
    """
    try:
        return hashlib.blake2b(locator.read(path), digest_size=16).hexdigest()
    except OSError as error:
        raise_machine_error(error)
        return ""
