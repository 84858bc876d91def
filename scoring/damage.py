"""What the readers of packed files raise on damaged ones, beside OSError, so that each caller can name it."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
import zlib

DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,  # an entry that is listed and not there, a name of no letters
    MemoryError,  # a length that no memory holds, said by a header
    OverflowError,
    RuntimeError,  # locked with a password; NotImplementedError (a kind of packing) is one too
    ValueError,  # a name with NUL, a number that is none, text that is no UTF-8
)
UNREADABLE: tuple[type[Exception], ...] = (*DAMAGE, OSError)
"""The same and what the file system raises."""
