"""What the readers of packed files raise on damaged ones, beside OSError, so that each caller can name it.

Some errors say nothing of the data: the process has too many files open, the disk is full. Whoever is about to call a
file broken, missing or changed asks `raise_machine_error` first.
"""

from __future__ import annotations

import errno
import lzma
import os
import re
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

MACHINE = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.ENETDOWN}
)
"""Error numbers of the process, the disk and the network: any other file would meet them too."""

_NUMBER = re.compile(r"\((?:os error|errno:?) (\d+)\)", re.IGNORECASE)


def machine_error(error: BaseException) -> OSError | None:
    """The refusal of the process or the disk that an error is or comes from; None for one that is about the data."""
    seen: BaseException | None = error
    while seen is not None:
        number = _number(seen)
        if number in MACHINE:
            is_itself = isinstance(seen, OSError) and seen.errno == number
            return seen if is_itself else OSError(number, os.strerror(number))  # type: ignore[return-value]
        seen = seen.__cause__ or seen.__context__
    return None


def raise_machine_error(error: BaseException) -> None:
    """Raises the refusal behind an error, so that no data are blamed for it; returns for any other error."""
    refusal = machine_error(error)
    if refusal is not None:
        raise refusal


def _number(error: BaseException) -> int | None:
    """The error number; libraries in Rust and the loader of extension modules only write it out."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    text = str(error)
    if isinstance(error, ImportError | OSError) and os.strerror(errno.EMFILE) in text:
        return errno.EMFILE
    match = _NUMBER.search(text)
    return int(match[1]) if match else None
